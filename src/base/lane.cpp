// SPDX-License-Identifier: Apache-2.0
#include "src/base/lane.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <thread>

namespace sgauth {

namespace net = boost::asio;

namespace {

// On the loop's thread alone, in the waiting coroutine's frame: a timer must not die after its io_context.
struct waiter {
    explicit waiter(const net::any_io_executor& executor)
        : timer(executor, net::steady_timer::time_point::max())
    {
    }
    net::steady_timer timer;
    bool done = false;
};

}  // namespace

struct lane::job {
    std::move_only_function<void()> work;
    std::exception_ptr failure;
    std::weak_ptr<waiter> asker;
};

// What the thread and the lane have in common. The one mutex of the daemon's code: the thread is the only
// other one.
struct lane::shared {
    std::mutex lock;
    std::condition_variable changed;
    std::deque<std::shared_ptr<job>> queue;
    bool has_thread = false;
    bool is_working = false;
    std::chrono::milliseconds lingers;
    bool abandoned = false;  // the lane is gone, and perhaps the executor's context: post nothing
    net::any_io_executor executor;
    std::string name;
};

lane::lane(net::any_io_executor executor, std::string name, std::chrono::milliseconds lingers)
    : shared_(std::make_shared<shared>())
{
    shared_->lingers = lingers;
    shared_->executor = std::move(executor);
    shared_->name = std::move(name);
}

lane::~lane()
{
    std::deque<std::shared_ptr<job>> dropped;  // destroyed outside the lock: a job may own anything
    const std::lock_guard hold(shared_->lock);
    shared_->abandoned = true;
    dropped.swap(shared_->queue);
    shared_->changed.notify_one();
}

bool lane::idle() const
{
    const std::lock_guard hold(shared_->lock);
    return !shared_->is_working && shared_->queue.empty();
}

net::awaitable<void> lane::run_to_end(std::move_only_function<void()> work)
{
    const auto asker = std::make_shared<waiter>(co_await net::this_coro::executor);
    const auto mine = std::make_shared<job>();
    mine->work = std::move(work);
    mine->asker = asker;
    const auto state = shared_;
    {
        const std::lock_guard hold(state->lock);
        state->queue.push_back(mine);
        if (!state->has_thread) {
            try {
                start_thread(state);
            } catch (...) {
                state->queue.pop_back();
                throw;
            }
            state->has_thread = true;
        }
        state->changed.notify_one();
    }
    boost::system::error_code ec;
    co_await asker->timer.async_wait(net::redirect_error(net::use_awaitable, ec));
    if (!asker->done)
        throw boost::system::system_error(net::error::operation_aborted);
    if (mine->failure)
        std::rethrow_exception(mine->failure);
}

void lane::start_thread(const std::shared_ptr<shared>& state)
{
    // The daemon's signals are for its loop: the new thread inherits a mask that blocks all of them.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread([state] { work_through(state); }).detach();
    } catch (...) {
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void lane::work_through(const std::shared_ptr<shared>& state)
{
    ::pthread_setname_np(::pthread_self(), state->name.substr(0, 15).c_str());
    for (;;) {
        std::shared_ptr<job> next;
        {
            std::unique_lock hold(state->lock);
            state->is_working = false;
            const auto has_news = [&] { return state->abandoned || !state->queue.empty(); };
            if (!state->changed.wait_for(hold, state->lingers, has_news) || state->queue.empty()) {
                state->has_thread = false;
                return;
            }
            state->is_working = true;
            next = std::move(state->queue.front());
            state->queue.pop_front();
        }
        if (next->asker.expired())
            continue;
        try {
            next->work();
        } catch (...) {
            next->failure = std::current_exception();
        }
        const std::lock_guard hold(state->lock);
        if (state->abandoned)
            continue;
        net::post(state->executor, [asker = next->asker] {
            if (const auto waiting = asker.lock()) {
                waiting->done = true;
                waiting->timer.cancel();
            }
        });
    }
}

}  // namespace sgauth
