#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is asked of logind (org.freedesktop.login1(5)): each answer is waited for, and has a limit.

#include "src/base/glib_owners.hpp"

#include <gio/gio.h>
#include <optional>
#include <string>
#include <vector>

namespace sgauth::desktop_helper {

inline constexpr const char* login_name = "org.freedesktop.login1";
inline constexpr const char* manager_path = "/org/freedesktop/login1";
inline constexpr const char* manager_interface = "org.freedesktop.login1.Manager";
inline constexpr const char* session_interface = "org.freedesktop.login1.Session";

class logind {
public:
    // Asks whoever has that unique name on `bus`, and nobody who comes after it.
    logind(GDBusConnection* bus, std::string owner) : bus_(bus), owner_(std::move(owner)) {}

    const std::string& owner() const { return owner_; }
    // Whether a session is of this user; false where that cannot be told: it has gone.
    bool is_ours(const char* session) const;
    // Whether a session of this user says that its screen is locked.
    bool has_locked_screen() const;
    bool is_going_to_sleep() const;
    // Holds up the sleep until the descriptor that it returns is closed; -1: that cannot be had.
    int hold_up_sleep() const;

private:
    held<GVariant> call(
        const char* path, const char* interface, const char* method, GVariant* arguments, const char* type
    ) const;
    held<GVariant> property(const char* path, const char* interface, const char* name) const;
    bool is_true(const char* path, const char* interface, const char* name) const;

    GDBusConnection* bus_;
    std::string owner_;
};

// Who has logind's name; nothing: nobody, or the bus does not tell.
std::optional<std::string> owner_of_login(GDBusConnection* bus, glib_error& why);

}  // namespace sgauth::desktop_helper
