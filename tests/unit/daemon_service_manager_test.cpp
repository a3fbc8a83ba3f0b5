// SPDX-License-Identifier: Apache-2.0
#include "daemon/service_manager.hpp"
#include "src/base/unique_fd.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <sys/socket.h>
#include <sys/un.h>

using namespace sgauth;

namespace {

using variables = std::map<std::string, std::string>;

service_manager with(const variables& all)
{
    return service_manager(
        [&all](const char* name) {
            const auto found = all.find(name);
            return found == all.end() ? nullptr : found->second.c_str();
        },
        1234
    );
}

std::vector<int> passed(const variables& all)
{
    return with(all).passed();
}

// A socket that takes what a service tells, by path or abstract name.
struct manager_end {
    explicit manager_end(const std::string& name) : socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0))
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        name.copy(at.sun_path, name.size());
        if (name[0] == '@')
            at.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), size) == 0);
    }
    std::string told() const
    {
        std::array<char, 1000> buffer;
        const ssize_t size = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        return size < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(size));
    }
    unique_fd socket;
};

}  // namespace

TEST_SUITE("daemon.service_manager")
{
    TEST_CASE("sockets for another process, a senseless number of them, or none, are not taken")
    {
        CHECK(passed({}).empty());
        CHECK(passed({{"LISTEN_FDS", "1"}}).empty());
        CHECK(passed({{"LISTEN_PID", "1234"}}).empty());
        CHECK(passed({{"LISTEN_PID", "1233"}, {"LISTEN_FDS", "1"}}).empty());
        for (const char* count : {"", "0", "-1", "65", "1x", "99999999999999999999"})
            CHECK(passed({{"LISTEN_PID", "1234"}, {"LISTEN_FDS", count}}).empty());
    }

    TEST_CASE("sockets begin at 3")
    {
        CHECK(passed({{"LISTEN_PID", "1234"}, {"LISTEN_FDS", "1"}}) == std::vector<int>{3});
        CHECK(passed({{"LISTEN_PID", "1234"}, {"LISTEN_FDS", "2"}}) == std::vector<int>{3, 4});
    }

    TEST_CASE("without a service manager, or one that is gone, nothing happens")
    {
        with({}).ready("x");
        with({{"NOTIFY_SOCKET", ""}}).ready("x");
        with({{"NOTIFY_SOCKET", "vsock:2:1"}}).ready("x");
        with({{"NOTIFY_SOCKET", "/nowhere/at/all"}}).ready("x");
        with({{"NOTIFY_SOCKET", std::string(200, '/')}}).ready("x");
    }

    TEST_CASE("a service manager is told, by path and by abstract name")
    {
        const test::temp_dir folder;
        for (const std::string& name : {(folder / "notify").string(), "@" + (folder / "notify").string()}) {
            CAPTURE(name);
            const manager_end end(name);
            const variables all{{"NOTIFY_SOCKET", name}};
            const service_manager service = with(all);
            service.ready("serving");
            CHECK(end.told() == "READY=1\nSTATUS=serving\n");
            service.reloading();
            CHECK(end.told().starts_with("RELOADING=1\nMONOTONIC_USEC="));
            service.stopping();
            CHECK(end.told() == "STOPPING=1\n");
            CHECK(end.told().empty());
        }
    }
}
