#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Owners of what GLib gives out.

#include <gio/gio.h>
#include <memory>

namespace sgauth::desktop_helper {

struct unref {
    void operator()(gpointer object) const noexcept { g_object_unref(object); }
    void operator()(GVariant* value) const noexcept { g_variant_unref(value); }
    void operator()(GMainLoop* loop) const noexcept { g_main_loop_unref(loop); }
    void operator()(char* text) const noexcept { g_free(text); }
};
template <class T>
using held = std::unique_ptr<T, unref>;

class glib_error {
public:
    glib_error() = default;
    glib_error(const glib_error&) = delete;
    glib_error& operator=(const glib_error&) = delete;
    ~glib_error() { g_clear_error(&error_); }
    GError** out() { return &error_; }
    const char* text() const { return error_ ? error_->message : "no reason given"; }

private:
    GError* error_ = nullptr;
};

}  // namespace sgauth::desktop_helper
