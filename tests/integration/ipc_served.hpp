#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A server over a fake agent and a client of raw bytes, both in one thread: the test says when the server
// runs.

#include "src/ipc/server.hpp"
#include "tests/support/fake_agent.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace sgauth::test {

inline std::string call(
    std::string_view method, std::string_view parameters = "{}", std::string_view more = ""
)
{
    return R"({"method":"io.sgauth.Agent.)" + std::string(method) + R"(","parameters":)" +
           std::string(parameters) + std::string(more) + "}" + '\0';
}

inline const std::string get_user = call("GetUser");
inline const std::string watch = call("Watch", "{}", R"(,"more":true)");
inline const std::string get_credential = call("GetCredential", R"({"forms":["session_token"]})");

class served {
public:
    explicit served(ipc::limits limit = {}) : agent(io.get_executor())
    {
        if (std::getenv("SGAUTH_TEST_ONE_SET"))  // every test is run in both ways of watching connections
            limit.watched_alone = 0;
        proto::address where;
        where.directory = folder.path().string();
        where.socket = (folder / "agent.sock").string();
        auto listening = ipc::listener::bind(where, ::geteuid());
        REQUIRE(listening);
        ipc::server::parts parts{
            io.get_executor(), agent, std::move(*listening), limit, "test", ::geteuid(), [this] { ++bursts; }
        };
        server = std::make_unique<ipc::server>(std::move(parts));
        server->start();
        pump(io);
    }
    ~served()
    {
        server->stop_accepting();
        run(io, server->close_all(std::chrono::seconds(5)));
    }

    // Runs the server until `done`, or for so long that it never will be. Returns whether it was.
    template <class Done>
    bool until(Done done, std::chrono::milliseconds limit = std::chrono::seconds(10))
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!done() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds(1));
        }
        return done();
    }
    // Everything that the server can do now. Twice: the first may only tell that a descriptor is ready.
    void settle()
    {
        pump(io);
        pump(io);
    }

    temp_dir folder;
    boost::asio::io_context io{1};
    fake_agent agent;
    std::unique_ptr<ipc::server> server;
    int bursts = 0;
};

class client {
public:
    explicit client(served& to)
        : to_(to), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        (to.folder / "agent.sock").string().copy(at.sun_path, sizeof at.sun_path - 1);
        connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
        to.settle();
    }

    bool connected() const { return connected_; }
    // False if not all of it went.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t went = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (went <= 0 && errno != EAGAIN)
                return false;
            if (went > 0)
                bytes.remove_prefix(static_cast<std::size_t>(went));
            to_.settle();
        }
        return true;
    }
    void half_close() { ::shutdown(socket_.get(), SHUT_WR); }
    void hang_up() { socket_.reset(); }
    int descriptor() const { return socket_.get(); }

    // The next message without its NUL; nothing if none comes, or the server closed.
    std::optional<std::string> read()
    {
        std::size_t end = std::string::npos;
        to_.until([&] { return (end = take_in().find('\0')) != std::string::npos || closed_; });
        if (end == std::string::npos)
            return std::nullopt;
        std::string message = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return message;
    }
    std::optional<std::string> ask(std::string_view message)
    {
        send(message);
        return read();
    }
    bool closed(std::chrono::milliseconds limit = std::chrono::seconds(10))
    {
        return to_.until([&] { return take_in(), closed_; }, limit);
    }
    bool has_nothing() { return to_.settle(), take_in().empty() && !closed_; }

private:
    const std::string& take_in()
    {
        std::array<char, 65536> chunk;
        for (;;) {
            const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
            if (got > 0)
                buffer_.append(chunk.data(), static_cast<std::size_t>(got));
            else
                return closed_ = closed_ || got == 0 || (errno != EAGAIN && errno != EINTR), buffer_;
        }
    }

    served& to_;
    unique_fd socket_;
    std::string buffer_;
    bool connected_ = false;
    bool closed_ = false;
};

}  // namespace sgauth::test
