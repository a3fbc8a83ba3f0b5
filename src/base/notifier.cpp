// SPDX-License-Identifier: Apache-2.0
#include "src/base/notifier.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace sgauth {

namespace net = boost::asio;

notifier::notifier(const net::any_io_executor& executor)
    : timer_(executor, net::steady_timer::time_point::max())
{
}

net::awaitable<void> notifier::wait()
{
    boost::system::error_code ec;
    if (!pending_)
        co_await timer_.async_wait(net::redirect_error(net::use_awaitable, ec));
    if (!std::exchange(pending_, false))  // the wait was cancelled, nobody notified
        throw boost::system::system_error(net::error::operation_aborted);
}

void notifier::notify()
{
    pending_ = true;
    timer_.cancel();
}

}  // namespace sgauth
