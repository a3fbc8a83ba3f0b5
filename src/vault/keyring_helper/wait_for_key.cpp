// SPDX-License-Identifier: Apache-2.0
#include "src/vault/keyring_helper/keyring.hpp"

#include <unistd.h>

namespace sgauth::keyring_helper {

namespace {

// What no signal tells of: a keyring that failed and does no longer, or one that sends none.
constexpr unsigned look_again_seconds = 60;

void leave(GDBusConnection*, const gchar*, const gchar*, const gchar*, const gchar*, GVariant*, gpointer loop)
{
    g_main_loop_quit(static_cast<GMainLoop*>(loop));
}

gboolean leave_by_time(gpointer loop)
{
    g_main_loop_quit(static_cast<GMainLoop*>(loop));
    return G_SOURCE_REMOVE;
}

void listen_to(
    GDBusConnection* bus,
    GMainLoop* loop,
    const char* sender,
    const char* interface,
    const char* signal,
    const char* about
)
{
    g_dbus_connection_signal_subscribe(
        bus, sender, interface, signal, nullptr, about, G_DBUS_SIGNAL_FLAGS_NONE, leave, loop, nullptr
    );
}

// A default keyring that is open says nothing: the key may be in another, or be unreadable.
bool is_worth_asking(const char* tag, const char* id)
{
    secret_service_disconnect();  // the service may be another than at the last look
    glib_error why;
    const auto service = open_service(why);
    if (!service)
        return false;
    const int code = fetch(service.get(), tag, id, false).end.code;
    return code == done || code == no_such_key;
}

}  // namespace

void wait_for_key(const char* tag, const char* id)
{
    glib_error why;
    const held<GDBusConnection> bus(g_bus_get_sync(G_BUS_TYPE_SESSION, nullptr, why.out()));
    if (!bus) {
        ::sleep(look_again_seconds);
        return;
    }
    constexpr const char* service = "org.freedesktop.secrets";
    GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
    listen_to(bus.get(), loop, nullptr, "org.freedesktop.DBus", "NameOwnerChanged", service);
    listen_to(
        bus.get(),
        loop,
        service,
        "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
        "org.freedesktop.Secret.Collection"
    );
    listen_to(bus.get(), loop, service, "org.freedesktop.Secret.Service", nullptr, nullptr);
    // Signals that come during a look are still there for the loop.
    while (!is_worth_asking(tag, id)) {
        const guint timer = g_timeout_add_seconds(look_again_seconds, leave_by_time, loop);
        g_main_loop_run(loop);
        if (GSource* left = g_main_context_find_source_by_id(nullptr, timer))
            g_source_destroy(left);
    }
    g_main_loop_unref(loop);
}

}  // namespace sgauth::keyring_helper
