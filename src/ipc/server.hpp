#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Serves an agent on a listening socket: accepts, admits, counts, and holds the connections.

#include "src/ipc/connection.hpp"
#include "src/ipc/dispatch.hpp"
#include "src/ipc/limits.hpp"
#include "src/ipc/listener_unix.hpp"
#include "src/ipc/poller_unix.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace sgauth::ipc {

class server {
public:
    struct parts {
        boost::asio::any_io_executor executor;
        agent& daemon;  // outlives the server
        listener socket;
        limits limit;
        std::string version;
        uid_t own_uid;
        std::function<void()> after_burst;  // called when many connections have gone; may be empty
    };
    // Throws std::system_error if the system has no descriptors left for it.
    explicit server(parts made_of);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // Begins to serve.
    void start();
    // The first half of shutting down: no new connections; the socket file is gone if we made it.
    void stop_accepting();
    // The second half: ends every call and connection, and waits for them up to `limit`. Returns whether all
    // ended.
    boost::asio::awaitable<bool> close_all(std::chrono::milliseconds limit);

    std::size_t connections() const noexcept { return connections_.size(); }

private:
    void on_ready(poller::token token, unsigned what);
    void accept_some();
    void shed_one();
    void pause_accepting();
    void take(unique_fd socket);
    bool has_room(const peer& who);
    void forget(poller::token token, const peer& who);
    void complain(const char* what);

    static constexpr poller::token listening = 0;

    parts parts_;
    poller poller_;
    task_group tasks_;
    dispatcher dispatcher_;
    common common_;
    unique_fd reserve_;  // given up for a moment when there is no other descriptor left to accept with
    boost::asio::steady_timer accept_again_;
    std::unordered_map<poller::token, std::shared_ptr<connection>> connections_;
    std::unordered_map<pid_t, std::size_t> by_process_;
    poller::token last_token_ = listening;
    std::size_t peak_ = 0;
    std::chrono::steady_clock::time_point complained_{};
};

}  // namespace sgauth::ipc
