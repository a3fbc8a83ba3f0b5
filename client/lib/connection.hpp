#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The socket below a channel: connects to the right listener only, and moves bytes before a deadline. The
// seam where another system's local transport goes in (connection_unix.cpp).

#include "client/lib/failure.hpp"
#include "client/lib/target.hpp"

#include <atomic>
#include <cstddef>
#include <string_view>

namespace sgauth::client {

enum class transfer { done, closed, timed_out };

class connection {
public:
    connection() noexcept = default;
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { close(); }

    // Connects, starting the daemon if there is none and both `start` and the target allow it. Before the
    // first byte goes out, the path has to be safe and the listener the target's uid, else status no_daemon.
    [[nodiscard]] bool open(const target& whom, autostart start, time_point deadline, call_failure& why);
    // Sends all of it. Never raises SIGPIPE.
    [[nodiscard]] transfer send(std::string_view bytes, time_point deadline) noexcept;
    // Waits for bytes and takes what there is, at most `room` of it. What is there already is taken even when
    // the deadline has passed.
    [[nodiscard]] transfer receive(
        char* into, std::size_t room, std::size_t& taken, time_point deadline
    ) noexcept;
    // Whether a connection that waits for nothing is of no more use: the other end closed it, or says
    // something that was not asked for.
    bool is_stale() const noexcept;

    bool is_open() const noexcept { return descriptor() >= 0; }
    int descriptor() const noexcept { return descriptor_.load(std::memory_order_relaxed); }
    // In a forked child: the connection is the parent's, and is only to be closed.
    bool is_inherited() const noexcept;
    // Never shuts the connection down: a forked child's copy goes, the parent's stays.
    void close() noexcept;

private:
    // Emptied before the descriptor is closed: a child forked in between loses one rather than close
    // another's.
    std::atomic<int> descriptor_{-1};
    pid_t owner_ = 0;
};

// Whether somebody accepts connections at the target's socket now. Says nothing about who it is.
bool is_listening(const target& whom) noexcept;

}  // namespace sgauth::client
