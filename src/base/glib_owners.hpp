#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Owners of what GLib gives out, for the helper programs: the daemon does not link it.

#include <gio/gio.h>
#include <memory>

namespace sgauth {

struct glib_unref {
    void operator()(gpointer object) const noexcept { g_object_unref(object); }
    void operator()(GVariant* value) const noexcept { g_variant_unref(value); }
    void operator()(GMainLoop* loop) const noexcept { g_main_loop_unref(loop); }
    void operator()(GHashTable* table) const noexcept { g_hash_table_unref(table); }
    void operator()(char* text) const noexcept { g_free(text); }
};
template <class T, class Unref = glib_unref>
using held = std::unique_ptr<T, Unref>;

class glib_error {
public:
    glib_error() = default;
    glib_error(const glib_error&) = delete;
    glib_error& operator=(const glib_error&) = delete;
    ~glib_error() { g_clear_error(&error_); }

    GError** out() { return &error_; }
    const GError* get() const { return error_; }
    bool is_set() const { return error_ != nullptr; }
    const char* text() const { return error_ ? error_->message : "no reason given"; }

private:
    GError* error_ = nullptr;
};

}  // namespace sgauth
