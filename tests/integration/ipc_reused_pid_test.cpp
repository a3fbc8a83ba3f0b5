// SPDX-License-Identifier: Apache-2.0
//
// A process connects, somebody else goes on with its connection, it ends, and another is given its pid: who
// is at the other end, by both ways of pinning a process.

#include "src/ipc/peer_unix.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdint>
#include <linux/sched.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth::ipc;

namespace {

bool may_choose_pids()
{
    if (::geteuid() == 0)
        return true;
    MESSAGE("skipped: needs root, to choose a new process's pid");  // which ctest reads
    return false;
}

// A process that does nothing; with the given pid, which has to be free.
pid_t start_with_pid(pid_t pid)
{
    clone_args how{};
    how.exit_signal = SIGCHLD;
    how.set_tid = reinterpret_cast<std::uintptr_t>(&pid);
    how.set_tid_size = 1;
    const long child = ::syscall(SYS_clone3, &how, sizeof how);
    while (child == 0)
        ::pause();
    return static_cast<pid_t>(child);
}

// What starts later has a later start time only from the next tick on.
void let_a_tick_pass()
{
    ::usleep(2'000'000u / static_cast<unsigned>(::sysconf(_SC_CLK_TCK)));
}

// One socket, shared with the child that connects it: its connection lives on with us.
struct connection_of_another {
    connection_of_another()
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        const auto* address = reinterpret_cast<const sockaddr*>(&at);
        REQUIRE(::bind(listening.get(), address, sizeof at) == 0);
        REQUIRE(::listen(listening.get(), 4) == 0);
        child = ::fork();
        if (child == 0) {
            if (::connect(line.get(), address, sizeof at) != 0)
                ::_exit(1);
            for (;;)
                ::pause();
        }
        pollfd waits{listening.get(), POLLIN, 0};
        REQUIRE(::poll(&waits, 1, 5000) == 1);
    }
    ~connection_of_another() { end(); }

    sgauth::unique_fd accept() const
    {
        return sgauth::unique_fd(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    // Whoever has the pid now.
    void end() const
    {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    void give_pid_to_another() const
    {
        let_a_tick_pass();
        end();
        REQUIRE(start_with_pid(child) == child);
    }

    sgauth::test::temp_dir folder;
    std::string path = (folder / "s").string();
    sgauth::unique_fd listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sgauth::unique_fd line{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    pid_t child = 0;
};

}  // namespace

TEST_SUITE("ipc.reused_pid")
{
    TEST_CASE("who was accepted before is never taken for who has the pid now")
    {
        if (!may_choose_pids())
            return;
        for (const pinning how : {kernel_pinning(), pinning::by_start_time}) {
            const connection_of_another c;
            const sgauth::unique_fd accepted = c.accept();
            const auto who = look_at_peer(accepted.get(), how);
            REQUIRE(who);
            CHECK(who->pid == c.child);
            const auto before = start_time_of(accepted.get(), *who);
            REQUIRE(before);
            c.give_pid_to_another();
            const auto after = start_time_of(accepted.get(), *who);
            if (how == pinning::by_kernel)
                CHECK_FALSE(after);  // the kernel says that it has ended
            else
                CHECK(after == before);  // still the first one's, so nothing of the second's is believed
        }
    }

    TEST_CASE("who ended before it was accepted: told by the kernel's pinning, and only by that")
    {
        if (!may_choose_pids())
            return;
        for (const pinning how : {kernel_pinning(), pinning::by_start_time}) {
            const connection_of_another c;
            c.give_pid_to_another();
            const sgauth::unique_fd accepted = c.accept();
            const auto who = look_at_peer(accepted.get(), how);
            REQUIRE(who);
            CHECK(who->pid == c.child);
            if (how == pinning::by_kernel) {
                CHECK_FALSE(start_time_of(accepted.get(), *who));
            } else {
                // An older kernel's gap, which SECURITY.md names: it looks like the process that has the pid
                // now.
                CHECK(who->start_time != 0);
                CHECK(start_time_of(accepted.get(), *who) == who->start_time);
            }
        }
    }

    TEST_CASE("who ended and left its pid unused is nobody, by either")
    {
        for (const pinning how : {kernel_pinning(), pinning::by_start_time}) {
            const connection_of_another c;
            c.end();
            const sgauth::unique_fd accepted = c.accept();
            const auto who = look_at_peer(accepted.get(), how);
            if (how == pinning::by_start_time)
                CHECK_FALSE(who);
            else
                CHECK_FALSE(start_time_of(accepted.get(), who.value()));
        }
    }
}
