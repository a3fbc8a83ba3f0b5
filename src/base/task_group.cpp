// SPDX-License-Identifier: Apache-2.0
#include "src/base/task_group.hpp"

#include "src/base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace sgauth {

namespace net = boost::asio;

namespace {

// How often join looks whether all have ended. Ending is the rare case, so a poll beats a waiter list.
constexpr std::chrono::milliseconds join_interval{5};

void report(const std::string& name, std::exception_ptr failure)
{
    if (!failure)
        return;
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        if (e.code() != net::error::operation_aborted)
            log::error("task {} ended: {}", name, e.code().message());
    } catch (const std::exception& e) {
        log::error("task {} ended: {}", name, e.what());
    }
}

}  // namespace

void task_group::handle::cancel() const
{
    if (const auto signal = signal_.lock())
        signal->emit(net::cancellation_type::terminal);
}

task_group::task_group(net::any_io_executor executor)
    : executor_(std::move(executor)), tasks_(std::make_shared<signals>())
{
}

task_group::~task_group() = default;

task_group::handle task_group::spawn(std::string name, net::awaitable<void> task)
{
    const auto at = tasks_->insert(tasks_->end(), std::make_shared<net::cancellation_signal>());
    handle made;
    made.signal_ = *at;
    net::co_spawn(
        executor_,
        std::move(task),
        net::bind_cancellation_slot(
            (*at)->slot(),
            [tasks = tasks_, at, name = std::move(name)](std::exception_ptr failure) {
                tasks->erase(at);
                report(name, failure);
            }
        )
    );
    return made;
}

void task_group::cancel()
{
    // A task may end, or start another, while we emit: go over a copy.
    const std::vector<std::shared_ptr<net::cancellation_signal>> all(tasks_->begin(), tasks_->end());
    for (const auto& signal : all)
        signal->emit(net::cancellation_type::terminal);
}

net::awaitable<bool> task_group::join(std::chrono::steady_clock::duration limit)
{
    net::steady_timer timer(co_await net::this_coro::executor);
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!tasks_->empty() && std::chrono::steady_clock::now() < end) {
        timer.expires_after(join_interval);
        co_await timer.async_wait(net::use_awaitable);
    }
    co_return tasks_->empty();
}

}  // namespace sgauth
