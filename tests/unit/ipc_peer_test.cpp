// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/limits.hpp"
#include "src/ipc/peer_unix.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth;
using namespace sgauth::ipc;

namespace {

struct pair {
    pair()
    {
        std::array<int, 2> both{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) == 0);
        near = unique_fd(both[0]);
        far = unique_fd(both[1]);
    }
    unique_fd near, far;
};

// Field 22 of our own stat; our name has no blanks.
std::uint64_t own_start_time()
{
    std::ifstream stat("/proc/self/stat");
    std::string field;
    for (int i = 1; i <= 21; ++i)
        stat >> field;
    std::uint64_t ticks = 0;
    stat >> ticks;
    return ticks;
}

}  // namespace

TEST_SUITE("ipc.peer")
{
    TEST_CASE("the kernel says nothing of what is no socket")
    {
        CHECK_FALSE(look_at_peer(-1));
        const unique_fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        CHECK_FALSE(look_at_peer(null.get()));
    }

    TEST_CASE("nobody but the owner and root is let in")
    {
        CHECK_FALSE(admit(1001, 1000));
        CHECK_FALSE(admit(65534, 1000));
        CHECK_FALSE(admit(1000, 0));
        CHECK(admit(1000, 1000) == caller_role::owner);
        CHECK(admit(0, 1000) == caller_role::administrator);
        CHECK(admit(0, 0) == caller_role::owner);
    }

    TEST_CASE("a peer is the process that connected, with its start time when that is asked for")
    {
        const pair sockets;
        for (const pinning how : {kernel_pinning(), pinning::by_start_time}) {
            const auto who = look_at_peer(sockets.near.get(), how);
            REQUIRE(who);
            CHECK(who->uid == ::geteuid());
            CHECK(who->pid == ::getpid());
            CHECK((who->start_time == own_start_time()) == (how == pinning::by_start_time));
            CHECK(start_time_of(sockets.near.get(), *who) == own_start_time());
        }
    }

    TEST_CASE("a process of another pid namespace is no process that could be told from its neighbours")
    {
        const pair sockets;
        CHECK_FALSE(start_time_of(sockets.near.get(), peer{::geteuid(), 0, 0}));
    }

    TEST_CASE("a process that has ended has no start time, though its connection lives on")
    {
        std::array<int, 2> both{};
        const unique_fd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        // The peer of a socketpair is whoever made it: a child makes it, hands one end over and ends.
        const pair carrier;
        const pid_t child = ::fork();
        if (child == 0) {
            char byte = 0;
            iovec data{&byte, 1};
            alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
            msghdr message{};
            message.msg_iov = &data;
            message.msg_iovlen = 1;
            message.msg_control = space.data();
            message.msg_controllen = space.size();
            if (::socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0) {
                cmsghdr* header = CMSG_FIRSTHDR(&message);
                header->cmsg_level = SOL_SOCKET;
                header->cmsg_type = SCM_RIGHTS;
                header->cmsg_len = CMSG_LEN(sizeof(int));
                *reinterpret_cast<int*>(CMSG_DATA(header)) = both[0];
                ::sendmsg(carrier.far.get(), &message, 0);
            }
            ::_exit(0);
        }
        char byte = 0;
        iovec data{&byte, 1};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = space.data();
        message.msg_controllen = space.size();
        REQUIRE(::recvmsg(carrier.near.get(), &message, MSG_CMSG_CLOEXEC) == 1);
        REQUIRE(CMSG_FIRSTHDR(&message) != nullptr);
        const unique_fd passed(*reinterpret_cast<int*>(CMSG_DATA(CMSG_FIRSTHDR(&message))));
        ::waitpid(child, nullptr, 0);
        CHECK_FALSE(look_at_peer(passed.get(), pinning::by_start_time));
        if (kernel_pinning() == pinning::by_kernel) {
            const auto who = look_at_peer(passed.get());
            REQUIRE(who);
            CHECK(who->pid == child);
            CHECK_FALSE(start_time_of(passed.get(), *who));
        }
    }

    TEST_CASE("connections are as many as descriptors allow")
    {
        rlimit before{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
        limits wanted;
        wanted.connections = 1'000'000'000;
        const limits fitted = fit_to_process(wanted);
        rlimit after{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
        CHECK(after.rlim_cur == after.rlim_max);
        CHECK(fitted.connections == after.rlim_cur - wanted.descriptors_kept_back);
        wanted.connections = 3;
        CHECK(fit_to_process(wanted).connections == 3);
        ::setrlimit(RLIMIT_NOFILE, &before);
    }
}
