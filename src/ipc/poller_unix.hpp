#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Tells when sockets are ready: one epoll set that Asio sees as a single descriptor. Not Asio's own reactor:
// that keeps a record of every descriptor it ever had at a time, strewn over the heap, so that no memory goes
// back to the system after a burst of connections; and it re-arms a descriptor at every wait.

#include "src/ipc/unique_fd.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>

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

    // Throws std::system_error if the system has no epoll set left.
    poller();

    // Level-triggered: told again as long as it holds. `add` is false if the system is out of memory for it.
    [[nodiscard]] bool add(int fd, token t, unsigned wanted) noexcept;
    void change(int fd, token t, unsigned wanted) noexcept;
    void remove(int fd) noexcept;

    // Suspends, and hands out what is ready until it is cancelled. A token may be told that was removed a
    // moment ago: the receiver knows which it still has. What `receive` throws ends this.
    boost::asio::awaitable<void> run(receiver receive);

private:
    void hand_out(const receiver& receive);

    unique_fd set_;
};

}  // namespace sgauth::ipc
