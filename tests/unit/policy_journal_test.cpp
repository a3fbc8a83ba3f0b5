// SPDX-License-Identifier: Apache-2.0
#include "src/policy/journal_unix.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace sgauth;
using sgauth::test::temp_dir;

namespace {

audit_entry entry()
{
    audit_entry e;
    e.event = proto::audit_event::handed_out;
    e.pid = 4711;
    e.site = "https://x.example";
    e.user = "jane";
    e.executable = "/opt/maya/bin/maya";
    e.form = "session_token";
    return e;
}

// journald's side of the socket.
struct journald {
    temp_dir folder;
    std::string path = (folder / "socket").string();
    int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    journald()
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    ~journald() { ::close(fd); }
    std::string taken() const
    {
        std::string bytes(64 * 1024, '\0');
        const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
        bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return bytes;
    }
};

}  // namespace

TEST_SUITE("policy.journal")
{
    TEST_CASE("no journald: said so; a path that is too long is no address")
    {
        temp_dir folder;
        CHECK_FALSE(send_to_journal((folder / "socket").string(), entry()));
        CHECK_FALSE(send_to_journal(std::string(108, 'x'), entry()));
    }

    TEST_CASE("the fields, one a line")
    {
        const journald j;
        REQUIRE(send_to_journal(j.path, entry()));
        CHECK(
            j.taken() ==
            "MESSAGE=jane @ https://x.example: session_token handed out, /opt/maya/bin/maya (pid 4711)\n"
            "PRIORITY=6\nSYSLOG_IDENTIFIER=sgauthd\nSGAUTH_EVENT=handed_out\n"
            "SGAUTH_SITE=https://x.example\nSGAUTH_USER=jane\nSGAUTH_EXE=/opt/maya/bin/maya\n"
            "SGAUTH_FORM=session_token\nSGAUTH_PID=4711\nSGAUTH_COUNT=1\n"
        );
    }

    TEST_CASE("a value with a newline carries its length, so that it makes no field of its own")
    {
        audit_entry e = entry();
        e.reason = "no\nSGAUTH_USER=root";
        const std::string message = journal_message(e);
        const std::string length("\x13\0\0\0\0\0\0\0", 8);
        CHECK(message.find("SGAUTH_REASON\n" + length + "no\nSGAUTH_USER=root\n") != message.npos);
        CHECK(message.starts_with("MESSAGE\n"));
    }

    TEST_CASE("what a person would ask about is a warning, what changes a notice")
    {
        audit_entry e = entry();
        e.event = proto::audit_event::refused;
        CHECK(journal_message(e).find("PRIORITY=4\n") != std::string::npos);
        e.event = proto::audit_event::revoked;
        CHECK(journal_message(e).find("PRIORITY=5\n") != std::string::npos);
    }
}
