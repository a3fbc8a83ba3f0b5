// SPDX-License-Identifier: Apache-2.0
#include "daemon/desktop_helper/follow.hpp"

#include "daemon/desktop_helper/logind.hpp"
#include "daemon/desktop_helper/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <glib-unix.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace sgauth::desktop_helper {

namespace {

constexpr std::size_t longest_why = 200;

void say(std::string_view line)
{
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);  // where the daemon has gone this ends us
}

int give_up(std::string why)
{
    why.resize(std::min(why.size(), longest_why));
    for (char& one : why)
        if (one == '\n')
            one = ' ';
    say(std::string(trouble) + " " + why);
    return 1;
}

class follower {
public:
    follower(GDBusConnection* bus, std::string owner)
        : bus_(bus), login_(bus, std::move(owner)), loop_(g_main_loop_new(nullptr, FALSE))
    {
    }
    follower(const follower&) = delete;
    follower& operator=(const follower&) = delete;
    ~follower() { let_sleep(); }

    int run();

private:
    void subscribe(const char* sender, const char* interface, const char* member, const char* first);
    static void heard(
        GDBusConnection*,
        const char* sender,
        const char* path,
        const char* interface,
        const char* member,
        GVariant* arguments,
        gpointer self
    );
    void hear(std::string_view member, const char* path, GVariant* arguments);
    void hear_properties(const char* path, GVariant* arguments);
    void hear_sleep(GVariant* arguments);
    static gboolean asked(int fd, GIOCondition, gpointer self);
    void obey(std::string_view line);
    void hold_up();
    void let_sleep();
    void end(const char* why);

    GDBusConnection* bus_;
    logind login_;
    held<GMainLoop> loop_;
    int delay_ = -1;  // what holds up the sleep while it is open
    std::string typed_;
    int code_ = 0;
};

// By the name that logind has now: nobody else on the bus is believed, nor a later owner, which is asked
// anew.
void follower::subscribe(const char* sender, const char* interface, const char* member, const char* first)
{
    g_dbus_connection_signal_subscribe(
        bus_, sender, interface, member, nullptr, first, G_DBUS_SIGNAL_FLAGS_NONE, heard, this, nullptr
    );
}

int follower::run()
{
    const char* const owner = login_.owner().c_str();
    subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", login_name);
    subscribe(owner, session_interface, "Lock", nullptr);
    subscribe(owner, session_interface, "Unlock", nullptr);
    subscribe(owner, "org.freedesktop.DBus.Properties", "PropertiesChanged", session_interface);
    subscribe(owner, manager_interface, "PrepareForSleep", nullptr);
    const auto closed = [](GDBusConnection*, gboolean, GError*, gpointer self) {
        static_cast<follower*>(self)->end("the system bus has gone");
    };
    g_signal_connect(bus_, "closed", G_CALLBACK(+closed), this);
    g_unix_fd_add(STDIN_FILENO, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), asked, this);

    // Before the rules above were in force there may have been another owner.
    glib_error unknown;
    if (owner_of_login(bus_, unknown) != login_.owner())
        return give_up("logind has just been restarted");
    hold_up();
    if (login_.has_locked_screen())
        say(lock);
    say(login_.is_going_to_sleep() ? sleep : wake);
    g_main_loop_run(loop_.get());
    return code_;
}

void follower::end(const char* why)
{
    if (g_main_loop_is_running(loop_.get()))
        code_ = give_up(why);
    g_main_loop_quit(loop_.get());
}

// --- what logind says ---

void follower::heard(
    GDBusConnection*,
    const char*,
    const char* path,
    const char*,
    const char* member,
    GVariant* arguments,
    gpointer self
)
{
    static_cast<follower*>(self)->hear(member, path, arguments);
}

void follower::hear(std::string_view member, const char* path, GVariant* arguments)
{
    if (member == "NameOwnerChanged")
        end("logind has gone");
    else if (member == "PrepareForSleep")
        hear_sleep(arguments);
    else if (member == "PropertiesChanged")
        hear_properties(path, arguments);
    else if (login_.is_ours(path))
        say(member == "Lock" ? lock : unlock);
}

// A desktop that locks its screen by itself, as most do, sends no Lock: it sets this.
void follower::hear_properties(const char* path, GVariant* arguments)
{
    if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(sa{sv}as)")))
        return;
    const held<GVariant> changed(g_variant_get_child_value(arguments, 1));
    gboolean is_locked = FALSE;
    if (g_variant_lookup(changed.get(), "LockedHint", "b", &is_locked) && login_.is_ours(path))
        say(is_locked ? lock : unlock);
}

void follower::hear_sleep(GVariant* arguments)
{
    if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(b)")))
        return;
    gboolean begins = FALSE;
    g_variant_get(arguments, "(b)", &begins);
    if (!begins)
        hold_up();
    say(begins ? sleep : wake);
}

// --- holding up the sleep ---

void follower::hold_up()
{
    let_sleep();
    delay_ = login_.hold_up_sleep();
    say(delay_ >= 0 ? ready : no_delay);
}

void follower::let_sleep()
{
    if (delay_ >= 0)
        ::close(std::exchange(delay_, -1));
}

// --- what the daemon says ---

gboolean follower::asked(int fd, GIOCondition, gpointer self)
{
    auto* const me = static_cast<follower*>(self);
    std::array<char, 64> piece;
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) {
        g_main_loop_quit(me->loop_.get());
        return G_SOURCE_REMOVE;
    }
    for (const char one : std::string_view(piece.data(), static_cast<std::size_t>(got))) {
        if (one != '\n') {
            me->typed_ += one;
            continue;
        }
        me->obey(me->typed_);
        me->typed_.clear();
    }
    return G_SOURCE_CONTINUE;
}

void follower::obey(std::string_view line)
{
    if (line == locked)
        let_sleep();
    else if (line == there)
        say(here);
}

// The connection is ours alone: it is not the library's to end us by.
held<GDBusConnection> connect(glib_error& why)
{
    const held<char> address(g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, nullptr, why.out()));
    if (!address)
        return nullptr;
    const auto flags = static_cast<GDBusConnectionFlags>(
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION
    );
    return held<GDBusConnection>(
        g_dbus_connection_new_for_address_sync(address.get(), flags, nullptr, nullptr, why.out())
    );
}

}  // namespace

int follow()
{
    glib_error why;
    const auto bus = connect(why);
    if (!bus)
        return give_up(std::string("there is no system bus: ") + why.text());
    glib_error unknown;
    auto owner = owner_of_login(bus.get(), unknown);
    if (!owner)
        return give_up(std::string("there is no logind on the system bus: ") + unknown.text());
    follower listening(bus.get(), std::move(*owner));
    return listening.run();
}

}  // namespace sgauth::desktop_helper
