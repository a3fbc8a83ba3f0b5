// SPDX-License-Identifier: Apache-2.0
//
// A question for a secret on a terminal that will not hide it, and one that is interrupted at the worst
// moment.
#include "client/cli/terminal.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace {

enum class trick { none, set_fails, set_does_nothing, interrupted_before, interrupted_after };
trick played = trick::none;

int set_truly(int fd, int when, const termios* how)
{
    const auto real = reinterpret_cast<int (*)(int, int, const termios*)>(::dlsym(RTLD_NEXT, "tcsetattr"));
    return real(fd, when, how);
}

}  // namespace

// In place of libc's.
extern "C" int tcsetattr(int fd, int when, const termios* how) noexcept
{
    const trick now = played;
    played = trick::none;
    if (now == trick::set_fails)
        return -1;
    if (now == trick::set_does_nothing)
        return 0;
    if (now == trick::interrupted_before)
        std::raise(SIGINT);
    const int result = set_truly(fd, when, how);
    if (now == trick::interrupted_after)
        std::raise(SIGINT);
    return result;
}

namespace sgauth::cli {

namespace {

struct asked {
    int exit_code = -1;
    bool has_echo = false;  // the terminal's, afterwards
    std::string shown;
};

[[noreturn]] void ask_there(int slave, trick how)
{
    ::setsid();
    ::ioctl(slave, TIOCSCTTY, 0);
    terminal there;
    secret answer;
    played = how;
    const reading got = there.ask("Password: ", echo::off, answer);
    ::_exit(40 + static_cast<int>(got));
}

// Asks for a password in another process, on a terminal of its own where "typed" is typed.
asked ask(trick how)
{
    int master = -1;
    int slave = -1;
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
    const pid_t child = ::fork();
    if (child == 0)
        ask_there(slave, how);
    asked out;
    const auto read_shown = [&](int wait_ms) {
        pollfd polled{master, POLLIN, 0};
        if (::poll(&polled, 1, wait_ms) != 1)
            return false;
        char bytes[256];
        const ssize_t got = ::read(master, bytes, sizeof bytes);
        out.shown.append(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
        return got > 0;
    };
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0)
        if (read_shown(10) && out.shown == "Password: ")
            REQUIRE(::write(master, "typed\n", 6) == 6);
    while (read_shown(0))
        continue;
    termios now{};
    REQUIRE(::tcgetattr(slave, &now) == 0);
    out.has_echo = (now.c_lflag & ECHO) != 0;
    out.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ::close(master);
    ::close(slave);
    return out;
}

}  // namespace

TEST_CASE("a secret is typed unseen, and the echo is back")
{
    const asked got = ask(trick::none);
    CHECK(got.exit_code == 40 + static_cast<int>(reading::line));
    CHECK(got.shown == "Password: \r\n");
    CHECK(got.has_echo);
}

TEST_CASE("a terminal that would show a secret is not asked for one")
{
    for (const trick how : {trick::set_fails, trick::set_does_nothing}) {
        const asked got = ask(how);
        CHECK(got.exit_code == 40 + static_cast<int>(reading::not_hidden));
        CHECK(got.shown.empty());
        CHECK(got.has_echo);
    }
}

TEST_CASE("Ctrl-C while the echo is being turned off leaves it on")
{
    for (const trick how : {trick::interrupted_before, trick::interrupted_after}) {
        const asked got = ask(how);
        CHECK(got.exit_code == 130);
        CHECK(got.has_echo);
    }
}

}  // namespace sgauth::cli
