#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A daemon of a user of its own, asked and touched by processes of others. It takes root to set up.

#include "tests/integration/daemon_place.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/stat.h>

namespace sgauth::test {

inline constexpr uid_t daemon_uid = 4242;
inline constexpr uid_t stranger_uid = 4343;

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

}  // namespace sgauth::test
