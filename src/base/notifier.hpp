#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Wakes one waiting coroutine. A notification that comes before the wait is kept, several are one. One thread
// only.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace sgauth {

class notifier {
public:
    explicit notifier(const boost::asio::any_io_executor& executor);

    // Suspends until notify() was called since the last wait. Throws operation_aborted when cancelled.
    boost::asio::awaitable<void> wait();
    void notify();

private:
    boost::asio::steady_timer timer_;
    bool pending_ = false;
};

}  // namespace sgauth
