// SPDX-License-Identifier: Apache-2.0
#include "daemon/desktop_helper/logind.hpp"

#include <gio/gunixfdlist.h>
#include <unistd.h>

namespace sgauth::desktop_helper {

namespace {

// logind holds up a sleep for five seconds, unless it was told otherwise.
constexpr int answer_limit_ms = 5000;

}  // namespace

held<GVariant> logind::call(
    const char* path, const char* interface, const char* method, GVariant* arguments, const char* type
) const
{
    return held<GVariant>(g_dbus_connection_call_sync(
        bus_,
        owner_.c_str(),
        path,
        interface,
        method,
        arguments,
        G_VARIANT_TYPE(type),
        G_DBUS_CALL_FLAGS_NONE,
        answer_limit_ms,
        nullptr,
        nullptr
    ));
}

held<GVariant> logind::property(const char* path, const char* interface, const char* name) const
{
    const auto told =
        call(path, "org.freedesktop.DBus.Properties", "Get", g_variant_new("(ss)", interface, name), "(v)");
    if (!told)
        return nullptr;
    GVariant* value = nullptr;
    g_variant_get(told.get(), "(v)", &value);
    return held<GVariant>(value);
}

bool logind::is_true(const char* path, const char* interface, const char* name) const
{
    const auto value = property(path, interface, name);
    return value && g_variant_is_of_type(value.get(), G_VARIANT_TYPE_BOOLEAN) &&
           g_variant_get_boolean(value.get());
}

bool logind::is_ours(const char* session) const
{
    const auto user = property(session, session_interface, "User");
    if (!user || !g_variant_is_of_type(user.get(), G_VARIANT_TYPE("(uo)")))
        return false;
    guint32 uid = 0;
    g_variant_get(user.get(), "(u&o)", &uid, nullptr);
    return uid == ::getuid();
}

bool logind::has_locked_screen() const
{
    const auto all = call(manager_path, manager_interface, "ListSessions", nullptr, "(a(susso))");
    if (!all)
        return false;
    GVariantIter* sessions = nullptr;
    g_variant_get(all.get(), "(a(susso))", &sessions);
    guint32 uid = 0;
    const char* path = nullptr;
    bool found = false;
    while (g_variant_iter_next(sessions, "(&su&s&s&o)", nullptr, &uid, nullptr, nullptr, &path))
        found = found || (uid == ::getuid() && is_true(path, session_interface, "LockedHint"));
    g_variant_iter_free(sessions);
    return found;
}

bool logind::is_going_to_sleep() const
{
    return is_true(manager_path, manager_interface, "PreparingForSleep");
}

int logind::hold_up_sleep() const
{
    GUnixFDList* fds = nullptr;
    const held<GVariant> told(g_dbus_connection_call_with_unix_fd_list_sync(
        bus_,
        owner_.c_str(),
        manager_path,
        manager_interface,
        "Inhibit",
        g_variant_new("(ssss)", "sleep", "sgauth", "locks the sessions before the machine sleeps", "delay"),
        G_VARIANT_TYPE("(h)"),
        G_DBUS_CALL_FLAGS_NONE,
        answer_limit_ms,
        nullptr,
        &fds,
        nullptr,
        nullptr
    ));
    const held<GUnixFDList> kept(fds);
    if (!told || !kept)
        return -1;
    gint32 at = 0;
    g_variant_get(told.get(), "(h)", &at);
    return g_unix_fd_list_get(kept.get(), at, nullptr);  // a copy of ours; the list closes its own
}

std::optional<std::string> owner_of_login(GDBusConnection* bus, glib_error& why)
{
    const held<GVariant> told(g_dbus_connection_call_sync(
        bus,
        "org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "GetNameOwner",
        g_variant_new("(s)", login_name),
        G_VARIANT_TYPE("(s)"),
        G_DBUS_CALL_FLAGS_NONE,
        answer_limit_ms,
        nullptr,
        why.out()
    ));
    if (!told)
        return std::nullopt;
    const char* owner = nullptr;
    g_variant_get(told.get(), "(&s)", &owner);
    return owner;
}

}  // namespace sgauth::desktop_helper
