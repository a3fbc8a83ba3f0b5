#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Tells when sockets are ready. The first of them are watched by Asio's reactor each by itself, which is
// fastest; all beyond those by one epoll set that Asio sees as a single descriptor. Asio alone would not do:
// it keeps a record of every descriptor that it ever had at a time, strewn over the heap, so that no memory
// goes back to the system after a burst of connections.

#include "src/base/unique_fd.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

namespace sgauth::ipc {

// What to be told of, and what is told; hung_up is told always. Bits.
namespace ready {
inline constexpr unsigned nothing = 0;
inline constexpr unsigned readable = 1;
inline constexpr unsigned writable = 2;
inline constexpr unsigned hung_up = 4;  // both directions are closed, or the connection broke
}  // namespace ready

class poller {
public:
    using token = std::uint64_t;
    using receiver = std::function<void(token, unsigned what)>;

    // `watched_alone` of them at a time, at most, are watched by themselves. Throws std::system_error if the
    // system has no epoll set left.
    poller(boost::asio::any_io_executor executor, std::size_t watched_alone);
    ~poller();

    // Level-triggered: told again as long as it holds. `add` is false if the system is out of memory for it.
    // `fd` stays the caller's, who removes it before closing it.
    [[nodiscard]] bool add(int fd, token t, unsigned wanted);
    void change(int fd, token t, unsigned wanted);
    void remove(int fd, token t) noexcept;

    // Suspends, and hands out what is ready until it is cancelled. A token may be told that was removed a
    // moment ago: the receiver knows which it still has. `receive` does not throw.
    boost::asio::awaitable<void> run(receiver receive);

private:
    struct alone;

    void hand_out();
    void arm(token t, alone& one);
    void on_alone(token t);

    boost::asio::any_io_executor executor_;
    std::size_t most_alone_;
    std::unordered_map<token, std::unique_ptr<alone>> alone_;
    receiver receive_;
    unique_fd set_;
};

}  // namespace sgauth::ipc
