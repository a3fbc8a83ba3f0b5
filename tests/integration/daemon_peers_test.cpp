// SPDX-License-Identifier: Apache-2.0
//
// Who may ask a daemon: its owner everything, root three things, others nothing.

#include "tests/integration/daemon_place.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <sys/stat.h>

using namespace sgauth::test;
using sgauth::ipc::unique_fd;

TEST_SUITE("daemon.peers")
{
    // The daemon runs as one uid and is asked by another: that takes root to set up.
    constexpr uid_t daemon_uid = 4242;
    constexpr uid_t stranger_uid = 4343;

    struct other_users_daemon : place {
        other_users_daemon()
        {
            // A build folder need not be open to everybody.
            const std::string copy = (folder / "sgauthd").string();
            std::filesystem::copy_file(daemon_file, copy);
            ::chmod(copy.c_str(), 0755);
            ::chmod(folder.path().c_str(), 0755);
            REQUIRE(::chown(folder.path().c_str(), daemon_uid, daemon_uid) == 0);
            auto as_owner = how();
            as_owner.arguments = {copy};
            as_owner.uid = daemon_uid;
            runs = std::make_unique<process>(as_owner);
        }
        // What a process of `uid` is answered, though the socket's mode lets it in.
        std::string ask_as(uid_t uid, const std::string& method) const
        {
            ::chmod(socket.c_str(), 0666);
            std::array<int, 2> ends{};
            REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
            const unique_fd read_end(ends[0]);
            unique_fd write_end(ends[1]);
            const pid_t child = ::fork();
            if (child == 0) {
                if (::setgid(uid) != 0 || ::setuid(uid) != 0 || !connect())
                    ::_exit(1);
                const std::string reply = ask(method);
                ::_exit(::write(write_end.get(), reply.data(), reply.size()) < 0);
            }
            write_end.reset();
            std::array<char, 4096> reply;
            const ssize_t got = ::read(read_end.get(), reply.data(), reply.size());
            int status = -1;
            ::waitpid(child, &status, 0);
            CHECK(status == 0);
            return {reply.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
        }
        std::unique_ptr<process> runs;
    };

    TEST_CASE("no other process of its user can read its memory, as it could another program's")
    {
        if (::geteuid() != 0) {
            MESSAGE("skipped: needs root, to be another user");
            return;
        }
        const other_users_daemon d;
        REQUIRE(d.serves());
        auto plain = d.how();
        plain.arguments = {"/bin/sleep", "60"};
        plain.uid = daemon_uid;
        process other(plain);
        // proc(5): what a process that is not dumpable has there belongs to root.
        const auto owner_of = [](pid_t pid) {
            struct stat st{};
            return ::stat(("/proc/" + std::to_string(pid) + "/mem").c_str(), &st) == 0 ? st.st_uid
                                                                                       : uid_t(-1);
        };
        CHECK(within(std::chrono::seconds(5), [&] { return owner_of(other.pid()) == daemon_uid; }));
        CHECK(owner_of(d.runs->pid()) == 0);
    }

    TEST_CASE(
        "a stranger's connection is closed without a byte, the owner's is served, root's for three calls"
    )
    {
        if (::geteuid() != 0) {
            MESSAGE("skipped: needs root, to be three users");  // which ctest reads
            return;
        }
        const other_users_daemon d;
        REQUIRE(d.serves());  // by root
        for (const char* method :
             {"io.sgauth.Agent.Status", "io.sgauth.Agent.GetUser", "org.varlink.service.GetInfo"}) {
            CHECK(d.ask_as(stranger_uid, method).empty());
            CHECK(d.ask_as(daemon_uid, method).starts_with("{\"parameters\""));
        }
        const std::string denied = "{\"error\":\"org.varlink.service.PermissionDenied\",\"parameters\":{}}";
        for (const char* method :
             {"GetUser", "GetCredential", "SetDefault", "BeginLogin", "Watch", "Nonsense"})
            CHECK(d.ask("io.sgauth.Agent." + std::string(method)).starts_with(denied));
        CHECK(d.ask("org.varlink.service.GetInfo").starts_with(denied));
        for (const char* method : {"Revoke", "List", "Status"})
            CHECK(d.ask("io.sgauth.Agent." + std::string(method)).starts_with("{\"parameters\""));
    }
}
