#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Coroutines from tests. run() takes one to its end, start() sets one going and looks at it later, pump()
// lets everything happen that can happen now. A test that hangs is ended by a watchdog, which is the only
// real time here.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace sgauth::test {

// No unit test has that much to do, sanitizers included.
inline constexpr std::chrono::seconds watchdog_limit{20};

struct nothing {};

// A coroutine in flight.
template <class T>
class started {
public:
    using value_type = std::conditional_t<std::is_void_v<T>, nothing, T>;

    bool done() const noexcept { return state_->ended; }
    bool failed() const noexcept { return state_->failure != nullptr; }
    // Ends the coroutine's wait; pump afterwards. Emitted from inside the context, as everywhere: Boost 1.81
    // keeps a raw pointer to the signal when it has to post.
    void cancel()
    {
        boost::asio::post(*executor_, [state = state_] {
            state->signal.emit(boost::asio::cancellation_type::terminal);
        });
    }
    // What it returned; throws what it threw, or logic_error if it has not ended.
    value_type take()
    {
        if (!state_->ended)
            throw std::logic_error("the coroutine has not ended");
        if (state_->failure)
            std::rethrow_exception(state_->failure);
        return std::move(*state_->value);
    }

private:
    template <class U>
    friend started<U> start(boost::asio::io_context& io, boost::asio::awaitable<U> task);

    struct shared {
        std::optional<value_type> value;
        std::exception_ptr failure;
        bool ended = false;
        boost::asio::cancellation_signal signal;
    };
    std::shared_ptr<shared> state_ = std::make_shared<shared>();
    std::optional<boost::asio::io_context::executor_type> executor_;

    static boost::asio::awaitable<void> carry(boost::asio::awaitable<T> task, std::shared_ptr<shared> out)
    {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task);
            out->value.emplace();
        } else {
            out->value.emplace(co_await std::move(task));
        }
    }
};

// Sets `task` going; it begins at the next pump or run.
template <class T>
started<T> start(boost::asio::io_context& io, boost::asio::awaitable<T> task)
{
    started<T> made;
    made.executor_ = io.get_executor();
    boost::asio::co_spawn(
        io,
        started<T>::carry(std::move(task), made.state_),
        boost::asio::bind_cancellation_slot(
            made.state_->signal.slot(),
            [state = made.state_](std::exception_ptr failure) {
                state->failure = failure;
                state->ended = true;
            }
        )
    );
    return made;
}

// Everything that can happen without waiting.
inline void pump(boost::asio::io_context& io)
{
    io.restart();
    while (io.poll() > 0)
        io.restart();
}

// Runs `what` inside the context, where everything that cancels has to be, and all that follows from it.
template <class Function>
void inside(boost::asio::io_context& io, Function what)
{
    boost::asio::post(io, std::move(what));
    pump(io);
}

// Takes an operation in flight to its end, also where threads take part.
template <class T>
typename started<T>::value_type finish(boost::asio::io_context& io, started<T> running)
{
    const auto work = boost::asio::make_work_guard(io);
    const auto end = std::chrono::steady_clock::now() + watchdog_limit;
    while (!running.done()) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("watchdog: the coroutine does not end");
        io.restart();
        io.run_one_for(std::chrono::milliseconds(100));
    }
    return running.take();
}

template <class T>
auto run(boost::asio::io_context& io, boost::asio::awaitable<T> task)
{
    return finish(io, start(io, std::move(task)));
}

}  // namespace sgauth::test
