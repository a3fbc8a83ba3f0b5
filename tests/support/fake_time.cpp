// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_time.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace sgauth::test {

namespace net = boost::asio;

namespace {

// Takes the sleeper out however its coroutine ends.
template <class List>
struct entry {
    List& all;
    typename List::iterator at;
    ~entry() { all.erase(at); }
};

}  // namespace

net::awaitable<void> fake_time::sleep_until(boot_time when)
{
    if (when <= now_)
        co_return;
    net::steady_timer timer(co_await net::this_coro::executor, net::steady_timer::time_point::max());
    sleeper me{when, &timer};
    const entry<std::list<sleeper>> kept{sleepers_, sleepers_.insert(sleepers_.end(), me)};
    boost::system::error_code ec;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ec));
    if (now_ < when)  // cancelled, not woken
        throw boost::system::system_error(net::error::operation_aborted);
}

void fake_time::advance(boot_clock::duration by)
{
    now_ += by;
    wall_ += by;
    for (const sleeper& s : sleepers_)
        if (s.when <= now_)
            s.timer->cancel();
}

void fake_time::suspend(boot_clock::duration by)
{
    suspended_ += by;
    advance(by);
}

}  // namespace sgauth::test
