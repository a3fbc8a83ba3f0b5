#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A limit on any operation that yields a result. Not `op || timer`: that swallows an exception of `op` and
// reports a time-out after the whole limit.

#include "src/base/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace sgauth {

namespace detail {
// co_spawn wants default-constructible results, which result<T> need not be: the value goes out by reference.
template <class T>
boost::asio::awaitable<void> run_into(boost::asio::awaitable<result<T>> op, std::optional<result<T>>& out)
{
    out.emplace(co_await std::move(op));
}

struct deadline_state {
    boost::asio::cancellation_signal signal;
    bool expired = false;
    bool finished = false;
};
}  // namespace detail

// Runs `op`; if it has not finished after `limit`, cancels it, waits until it has unwound and returns
// errc::timed_out. A success that arrives with the expiry is kept: it may hold a one-shot answer. Exceptions,
// and the caller's own cancellation, pass through unchanged.
template <class T>
boost::asio::awaitable<result<T>> with_deadline(
    boost::asio::awaitable<result<T>> op, std::chrono::steady_clock::duration limit
)
{
    namespace net = boost::asio;
    auto state = std::make_shared<detail::deadline_state>();
    auto executor = co_await net::this_coro::executor;
    auto caller = co_await net::this_coro::cancellation_state;

    net::steady_timer timer(executor, limit);
    timer.async_wait([state](boost::system::error_code ec) {
        if (ec || state->finished)
            return;
        state->expired = true;
        state->signal.emit(net::cancellation_type::terminal);
    });
    auto upstream = caller.slot();
    if (upstream.is_connected())
        upstream.assign([state](net::cancellation_type type) { state->signal.emit(type); });

    std::optional<result<T>> out;
    std::exception_ptr failure;
    auto running = detail::run_into(std::move(op), out);
    try {
        co_await net::co_spawn(
            executor,
            std::move(running),
            net::bind_cancellation_slot(state->signal.slot(), net::use_awaitable)
        );
    } catch (...) {
        failure = std::current_exception();
    }
    state->finished = true;
    if (upstream.is_connected())
        upstream.clear();

    if (out && out->has_value())
        co_return std::move(*out);
    if (state->expired)
        co_return fail(errc::timed_out, "out of time");
    if (failure)
        std::rethrow_exception(failure);
    co_return std::move(*out);
}

}  // namespace sgauth
