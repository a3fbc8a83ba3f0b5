// SPDX-License-Identifier: Apache-2.0
#include "daemon/desktop_helper/notify.hpp"

#include "daemon/desktop_helper/exit_codes.hpp"
#include "src/base/glib_owners.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sgauth::desktop_helper {

namespace {

// A bus that is there answers in milliseconds; a notification service may have to be started first.
constexpr unsigned limit_in_s = 5;
// As much as the daemon says.
constexpr std::size_t most_bytes = 4096;
constexpr guchar urgency_normal = 1;
constexpr gint32 server_decides = -1;  // how long it is shown

// At any point: connecting to a bus has no limit of its own.
void end_in_time()
{
    std::signal(SIGALRM, [](int) { ::_exit(no_answer); });
    ::alarm(limit_in_s);
}

std::string read_input()
{
    std::array<char, most_bytes> bytes{};
    return {bytes.data(), std::fread(bytes.data(), 1, bytes.size(), stdin)};
}

// The bus takes nothing else; a cut may have gone through a character.
held<gchar> valid_utf8(std::string_view text)
{
    return held<gchar>(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
}

GVariant* hints()
{
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&all, "{sv}", "urgency", g_variant_new_byte(urgency_normal));
    g_variant_builder_add(&all, "{sv}", "desktop-entry", g_variant_new_string("sgauthd"));
    return g_variant_builder_end(&all);
}

// The summary is plain text for every server; a body may be taken for markup, so that it must hold none.
GVariant* call_of(std::string_view summary, std::string_view body)
{
    const auto line = valid_utf8(summary);
    const auto text = valid_utf8(body);
    const held<gchar> escaped(g_markup_escape_text(text.get(), -1));
    return g_variant_new(
        "(susssas@a{sv}i)",
        "sgauth",
        guint32{0},  // replaces none
        "dialog-password",
        line.get(),
        escaped.get(),
        nullptr,  // no actions
        hints(),
        server_decides
    );
}

}  // namespace

int notify()
{
    end_in_time();
    const std::string input = read_input();
    const std::string_view whole = input;
    const std::size_t end = whole.find('\n');
    if (end == 0 || end == std::string_view::npos) {
        std::fputs("sgauth-desktop: a line and a text are expected on standard input\n", stderr);
        return wrong_usage;
    }
    const held<GDBusConnection> bus(g_bus_get_sync(G_BUS_TYPE_SESSION, nullptr, nullptr));
    if (!bus)
        return no_bus;
    const held<GVariant> reply(g_dbus_connection_call_sync(
        bus.get(),
        "org.freedesktop.Notifications",
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
        "Notify",
        call_of(whole.substr(0, end), whole.substr(end + 1)),
        G_VARIANT_TYPE("(u)"),
        G_DBUS_CALL_FLAGS_NONE,
        -1,  // ours is shorter
        nullptr,
        nullptr
    ));
    return reply ? done : no_service;
}

}  // namespace sgauth::desktop_helper
