#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A place of its own for a daemon over a fake agent (tests/support/sgauthd_fake.cpp), and questions to
// whoever serves there.

#include "src/base/unique_fd.hpp"
#include "tests/integration/ipc_process.hpp"
#include "tests/support/temp_dir.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sgauth::test {

// Another build of it may be named by a variable: one that was told that its kernel is an older one.
inline const std::string daemon_file =
    std::getenv("SGAUTHD_FAKE") ? std::getenv("SGAUTHD_FAKE") : SGAUTHD_FAKE;

inline bool within(std::chrono::milliseconds limit, const std::function<bool()>& done)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return done();
}

struct place {
    temp_dir folder;
    std::string socket = (folder / "a.sock").string();
    std::string log = (folder / "log").string();

    process::how how(std::vector<std::string> more = {}) const
    {
        process::how made;
        made.arguments = {daemon_file};
        made.environment = {"SGAUTH_SOCKET=" + socket, "SGAUTH_LOG=debug"};
        made.environment.insert(made.environment.end(), more.begin(), more.end());
        made.errors = log;
        return made;
    }
    bool is_there() const { return ::access(socket.c_str(), F_OK) == 0; }
    unique_fd connect() const
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        socket.copy(at.sun_path, sizeof at.sun_path - 1);
        unique_fd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const timeval limit{5, 0};
        ::setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
            made.reset();
        return made;
    }
    // What one call is answered; empty if the connection closes, or nobody listens.
    std::string ask(const std::string& method) const
    {
        const unique_fd to = connect();
        const std::string call = R"({"method":")" + method + "\"}" + '\0';
        std::array<char, 4096> reply;
        if (!to || ::send(to.get(), call.data(), call.size(), MSG_NOSIGNAL) < 0)
            return {};
        const ssize_t got = ::recv(to.get(), reply.data(), reply.size(), 0);
        return got > 0 ? std::string(reply.data(), static_cast<std::size_t>(got)) : std::string();
    }
    bool serves() const
    {
        return within(std::chrono::seconds(5), [this] { return !ask("io.sgauth.Agent.Status").empty(); });
    }
};

}  // namespace sgauth::test
