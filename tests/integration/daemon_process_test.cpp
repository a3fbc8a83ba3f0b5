// SPDX-License-Identifier: Apache-2.0
//
// The daemon's process over a fake agent: who is the daemon, how it starts and ends.

#include "tests/integration/daemon_place.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace sgauth::test;
using namespace std::chrono_literals;
using sgauth::unique_fd;

namespace {

int count_descriptors(pid_t pid)
{
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd"))
        count += !entry.path().empty();
    return count;
}

}  // namespace

TEST_SUITE("daemon.process")
{
    TEST_CASE("wrong usage ends with 2 and says how it is right")
    {
        const place p;
        auto how = p.how();
        how.arguments.push_back("--sockte");
        process d(how);
        CHECK(d.ends_in(5s) == 2);
        CHECK(d.errors().find("no such option: --sockte") != std::string::npos);
        CHECK(d.errors().find("usage: sgauthd") != std::string::npos);
        CHECK_FALSE(p.is_there());
    }

    TEST_CASE("a second daemon ends with 1 and names the first's pid")
    {
        const place p;
        process first(p.how());
        REQUIRE(p.serves());
        process second(p.how());
        CHECK(second.ends_in(5s) == 1);
        CHECK(second.errors().find("(pid " + std::to_string(first.pid()) + ")") != std::string::npos);
        CHECK(p.serves());
    }

    TEST_CASE("of many that start at once one serves")
    {
        const place p;
        std::vector<std::unique_ptr<process>> all;
        for (int i = 0; i < 8; ++i)
            all.push_back(std::make_unique<process>(p.how()));
        REQUIRE(p.serves());
        int left = 8;
        CHECK(within(5s, [&] {
            left = 0;
            for (const auto& one : all)
                left += !one->ends_in(0ms);
            return left == 1;
        }));
        CHECK(p.serves());
    }

    TEST_CASE("a place that is not safe ends with 1 and a reason")
    {
        const place p;
        ::chmod(p.folder.path().c_str(), 0777);
        process d(p.how());
        CHECK(d.ends_in(5s) == 1);
        CHECK(d.errors().find("chmod go-w") != std::string::npos);
    }

    TEST_CASE("a killed daemon's socket is taken over")
    {
        const place p;
        {
            process killed(p.how());
            REQUIRE(p.serves());
        }
        CHECK(p.is_there());
        CHECK(p.ask("io.sgauth.Agent.Status").empty());
        process next(p.how());
        CHECK(p.serves());
    }

    TEST_CASE("SIGTERM and SIGINT end it with 0 within 2 s, and the socket is gone")
    {
        for (const int signal : {SIGTERM, SIGINT}) {
            const place p;
            process d(p.how({"FAKE_WAIT=1"}));
            REQUIRE(p.serves());
            const unique_fd waits = p.connect();
            const std::string call =
                R"({"method":"io.sgauth.Agent.GetCredential","parameters":{"forms":["bearer"]}})" +
                std::string(1, '\0');
            CHECK(::send(waits.get(), call.data(), call.size(), 0) > 0);
            REQUIRE(p.serves());
            d.send(signal);
            CHECK(d.ends_in(2s) == 0);
            CHECK_FALSE(p.is_there());
        }
    }

    TEST_CASE("SIGTERM ends it within 2 s though its backend, or the whole loop, is stuck")
    {
        for (const char* how : {"FAKE_STUCK=1", "FAKE_STUCK=loop"}) {
            CAPTURE(how);
            const place p;
            process d(p.how({how}));
            REQUIRE(p.serves());
            d.send(SIGTERM);
            CHECK(d.ends_in(2s) == 0);
            CHECK_FALSE(p.is_there());
        }
    }

    TEST_CASE("SIGTERM ends it within 2 s though the loop has been stuck since before the signal")
    {
        const place p;
        process d(p.how({"FAKE_STUCK=call"}));
        REQUIRE(within(5s, [&] { return p.is_there(); }));
        const unique_fd stuck = p.connect();
        const std::string call = R"({"method":"io.sgauth.Agent.Status"})" + std::string(1, '\0');
        CHECK(::send(stuck.get(), call.data(), call.size(), 0) > 0);
        REQUIRE(within(5s, [&] { return d.errors().find("stuck") != std::string::npos; }));
        d.send(SIGTERM);
        CHECK(d.ends_in(2s) == 0);
    }

    TEST_CASE("SIGHUP reloads, SIGUSR1 wipes, SIGPIPE is nothing, and it serves on")
    {
        const place p;
        process d(p.how());
        REQUIRE(p.serves());
        for (const int signal : {SIGHUP, SIGUSR1, SIGPIPE})
            d.send(signal);
        CHECK(within(5s, [&] { return d.errors().find("every credential was wiped") != std::string::npos; }));
        CHECK(d.errors().find("reloaded") != std::string::npos);
        CHECK(p.serves());
    }

    TEST_CASE("a SIGUSR1 that comes before its handler waits for it")
    {
        const place p;
        process d(p.how({"FAKE_SIGNAL_AT_START=1"}));
        CHECK(p.serves());
        CHECK(within(5s, [&] { return d.errors().find("every credential was wiped") != std::string::npos; }));
    }

    TEST_CASE("whoever waits on a pipe is told by one byte, or by its end")
    {
        const place p;
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        const unique_fd read_end(ends[0]);
        unique_fd write_end(ends[1]);
        auto how = p.how();
        how.arguments.insert(how.arguments.end(), {"--ready-fd", std::to_string(write_end.get())});
        how.pass = write_end.get();
        process first(how);
        char byte = 0;
        CHECK(::read(read_end.get(), &byte, 1) == 1);
        CHECK(byte == '1');
        CHECK_FALSE(p.ask("io.sgauth.Agent.Status").empty());
        process second(how);
        write_end.reset();
        CHECK(::read(read_end.get(), &byte, 1) == 0);
        CHECK(second.ends_in(5s) == 1);
    }

    TEST_CASE("it has no descriptors of its parent's, no core dumps, and a mask of its own")
    {
        const place p;
        const unique_fd leaked(::fcntl(0, F_DUPFD, 200));  // a number that the daemon itself does not come to
        auto how = p.how();
        how.pass = leaked.get();
        process d(how);
        REQUIRE(p.serves());
        rlimit cores{};
        CHECK(::prlimit(d.pid(), RLIMIT_CORE, nullptr, &cores) == 0);
        CHECK(cores.rlim_max == 0);
        CHECK(
            ::access(
                ("/proc/" + std::to_string(d.pid()) + "/fd/" + std::to_string(leaked.get())).c_str(), F_OK
            ) != 0
        );
        struct stat lock{};
        CHECK(::stat((p.socket + ".lock").c_str(), &lock) == 0);
        CHECK((lock.st_mode & 077) == 0);
    }

    TEST_CASE("descriptors are back after many connections")
    {
        const place p;
        process d(p.how());
        REQUIRE(p.serves());
        const int before = count_descriptors(d.pid());
        for (int i = 0; i < 200; ++i)
            CHECK_FALSE(p.ask("io.sgauth.Agent.Status").empty());
        CHECK(within(5s, [&] { return count_descriptors(d.pid()) <= before; }));
    }

    TEST_CASE("a socket that systemd passes is served, and is there when it has gone")
    {
        const place p;
        const std::string activate = "/usr/bin/systemd-socket-activate";
        if (::access(activate.c_str(), X_OK) != 0) {
            MESSAGE("skipped: no systemd-socket-activate here");
            return;
        }
        auto how = p.how();
        how.arguments = {activate, "-l", p.socket, daemon_file};
        process d(how);
        REQUIRE(p.serves());
        process second(p.how());
        CHECK(second.ends_in(5s) == 1);
        d.send(SIGTERM);
        CHECK(d.ends_in(2s) == 0);
        CHECK(p.is_there());
    }
}
