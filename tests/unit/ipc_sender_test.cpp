// SPDX-License-Identifier: Apache-2.0
#include "src/base/unique_fd.hpp"
#include "src/ipc/stream_unix.hpp"
#include "tests/unit/ipc_asked.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth;
using namespace sgauth::ipc;

namespace {

// A connection to a listening socket that tells senders, or does not.
struct wire {
    explicit wire(bool tells)
    {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;  // without a name: the kernel gives it one
        const unique_fd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listening.get(), reinterpret_cast<sockaddr*>(&where), sizeof(sa_family_t)) == 0);
        if (tells)
            REQUIRE(tell_senders(listening.get()));
        REQUIRE(::listen(listening.get(), 1) == 0);
        socklen_t size = sizeof where;
        REQUIRE(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&where), &size) == 0);
        client = unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::connect(client.get(), reinterpret_cast<sockaddr*>(&where), size) == 0);
        REQUIRE(::send(client.get(), "early", 5, 0) == 5);  // before it is accepted
        server = unique_fd(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
        REQUIRE(server);
    }
    transfer next()
    {
        const transfer got = receive(server.get(), in);
        text.assign(in.data(), got.bytes);
        return got;
    }
    unique_fd client, server;
    std::array<char, 64> in{};
    std::string text;
};

std::size_t open_descriptors()
{
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

void send_with_descriptor(int socket, int sent)
{
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof sent)]{};
    char byte = 'x';
    iovec place{&byte, 1};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* first = CMSG_FIRSTHDR(&message);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof sent);
    std::memcpy(CMSG_DATA(first), &sent, sizeof sent);
    REQUIRE(::sendmsg(socket, &message, 0) == 1);
}

}  // namespace

TEST_SUITE("ipc.sender")
{
    TEST_CASE("a socket that tells no senders names none; what is no socket cannot")
    {
        wire w(false);
        CHECK(w.next().sender == 0);
        CHECK(w.text == "early");
        CHECK_FALSE(tell_senders(-1));
    }

    TEST_CASE("descriptors that are sent are not kept")
    {
        for (const bool tells : {true, false}) {
            wire w(tells);
            CHECK(w.next().bytes == 5);
            send_with_descriptor(w.client.get(), w.client.get());
            const std::size_t before = open_descriptors();
            CHECK(w.next().bytes == 1);
            CHECK(open_descriptors() == before);
        }
    }

    TEST_CASE("the sender is told, also of what came before the connection was accepted")
    {
        wire w(true);
        CHECK(w.next().sender == ::getpid());
        CHECK(w.text == "early");
        CHECK(w.next().what == transfer::outcome::would_block);
    }

    TEST_CASE("what two processes sent is never taken for one's")
    {
        wire w(true);
        CHECK(w.next().bytes == 5);
        REQUIRE(::send(w.client.get(), "one", 3, 0) == 3);
        const pid_t other = ::fork();
        if (other == 0)
            ::_exit(::send(w.client.get(), "two", 3, 0) == 3 ? 0 : 1);
        int ended = 0;
        REQUIRE(::waitpid(other, &ended, 0) == other);
        REQUIRE(ended == 0);
        CHECK(w.next().sender == ::getpid());
        CHECK(w.text == "one");
        CHECK(w.next().sender == other);
        CHECK(w.text == "two");
    }

    TEST_CASE("a caller is looked at for a credential alone, and only where there are rules")
    {
        test::asked asked;
        const std::string forms = R"({"forms":["session_token"]})";
        asked.call("GetCredential", forms);
        CHECK(asked.from.looks == 0);
        asked.agent.judges = true;
        asked.call("GetUser");
        asked.call("List");
        asked.call("Status");
        CHECK(asked.from.looks == 0);
        asked.call("GetCredential", forms);
        CHECK(asked.from.looks == 1);
    }
}
