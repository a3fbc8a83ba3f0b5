#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How a reply's bytes leave: whole, late, in drips, never, without an end. Templates over the stream, for
// http_server.cpp alone.

#include "tests/site/counters.hpp"
#include "tests/site/message.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <list>
#include <string>

namespace sgauth::stand_in {

namespace net = boost::asio;
namespace beast = boost::beast;

inline constexpr auto quiet = net::as_tuple(net::use_awaitable);
// An idle connection may lie as long as a site's load balancer lets it; no test waits longer for anything.
inline constexpr auto idle_limit = std::chrono::minutes(10);

// Replies that wait for the control channel's release. Outlives the io_context, whose destruction ends the
// waiters.
using held_replies = std::list<net::steady_timer*>;

inline net::awaitable<void> pause(std::chrono::milliseconds how_long)
{
    net::steady_timer timer(co_await net::this_coro::executor, how_long);
    co_await timer.async_wait(quiet);
}

inline net::awaitable<void> wait_for_release(held_replies& held, counters& seen)
{
    net::steady_timer timer(co_await net::this_coro::executor, idle_limit);
    auto at = held.insert(held.end(), &timer);
    ++seen.held;
    co_await timer.async_wait(quiet);
    --seen.held;
    held.erase(at);
}

// Until the client goes, whatever it says.
template <class Stream>
net::awaitable<void> wait_for_end(Stream& stream)
{
    beast::get_lowest_layer(stream).expires_after(idle_limit);
    char ignored[1024];
    for (;;) {
        auto [error, count] = co_await stream.async_read_some(net::buffer(ignored), quiet);
        if (error)
            co_return;
    }
}

template <class Stream>
net::awaitable<bool> send(Stream& stream, std::string bytes)
{
    beast::get_lowest_layer(stream).expires_after(idle_limit);
    auto [error, count] = co_await net::async_write(stream, net::buffer(bytes), quiet);
    co_return !error;
}

template <class Stream>
net::awaitable<bool> send_dripping(Stream& stream, const outcome& what, bool keep_alive)
{
    auto size = what.reply.body.size();
    if (!co_await send(stream, head_of(what.reply, &size, keep_alive)))
        co_return false;
    for (char c : what.reply.body) {
        co_await pause(what.delay);
        std::string one(1, c);
        if (!co_await send(stream, std::move(one)))
            co_return false;
    }
    co_return true;
}

template <class Stream>
net::awaitable<void> send_forever(Stream& stream, const outcome& what)
{
    constexpr std::size_t block = 65'536;
    bool is_open = co_await send(stream, head_of(what.reply, nullptr, false));
    while (is_open) {
        std::string bytes(block, ' ');
        is_open = co_await send(stream, std::move(bytes));
    }
}

// Sends what `what` says; whether the connection may go on.
template <class Stream>
net::awaitable<bool> deliver(
    held_replies& held, counters& seen, Stream& stream, const outcome& what, bool keep_alive
)
{
    auto size = what.reply.body.size();
    if (what.how == delivery::drip)
        co_return co_await send_dripping(stream, what, keep_alive);
    if (what.delay.count() > 0)
        co_await pause(what.delay);
    switch (what.how) {
        case delivery::drop:
            co_return false;
        case delivery::never:
            co_await wait_for_end(stream);
            co_return false;
        case delivery::endless:
            co_await send_forever(stream, what);
            co_return false;
        case delivery::garbage: {
            std::string bytes = "SSH-2.0-this is no HTTP\r\n";
            co_await send(stream, std::move(bytes));
            co_return false;
        }
        case delivery::truncated: {
            auto claimed = size + 100;
            co_await send(stream, head_of(what.reply, &claimed, keep_alive) + what.reply.body);
            co_return false;
        }
        case delivery::held:
            co_await wait_for_release(held, seen);
            break;
        case delivery::drip:
        case delivery::whole:
            break;
    }
    co_return co_await send(stream, what.before + head_of(what.reply, &size, keep_alive) + what.reply.body);
}

}  // namespace sgauth::stand_in
