#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One of everything: all who ask for the same key while its work is under way get that work's result. The
// work belongs to a task group, so an asker that goes away ends only its own wait. One thread only. It
// remembers nothing once the work is done: a cache is the owner's.

#include "src/base/task_group.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sgauth {

// T is copied to every asker: a value, or a shared_ptr to a const one.
template <class Key, class T>
class single_flight {
public:
    using work = std::move_only_function<boost::asio::awaitable<T>()>;

    // `owner` outlives every flight; `name` is what its log calls them. What `work` refers to outlives
    // `owner`'s tasks.
    single_flight(task_group& owner, std::string name) : owner_(owner), name_(std::move(name)) {}
    single_flight(const single_flight&) = delete;
    single_flight& operator=(const single_flight&) = delete;

    // Suspends until the work for `key` is done, which `start` begins if there is none; else `start` is
    // dropped unused. An exception of the work reaches every asker. A cancelled asker leaves with
    // operation_aborted; the work goes on.
    boost::asio::awaitable<T> join(Key key, work start)
    {
        namespace net = boost::asio;
        auto executor = co_await net::this_coro::executor;
        std::shared_ptr<flight> joined;
        if (const auto at = flights_->find(key); at != flights_->end()) {
            joined = at->second;
        } else {
            joined = std::make_shared<flight>(executor);
            flights_->emplace(key, joined);
            joined->task = owner_.spawn(name_, fly(flights_, std::move(key), joined, std::move(start)));
        }
        boost::system::error_code ec;
        if (!joined->landed)
            co_await joined->done.async_wait(net::redirect_error(net::use_awaitable, ec));
        if (joined->failure)
            std::rethrow_exception(joined->failure);
        if (!joined->value)  // the wait was cancelled, not the work done
            throw boost::system::system_error(net::error::operation_aborted);
        co_return *joined->value;
    }

    // Cancels all works; who waits for one, or asks before it has unwound, gets `instead`.
    void recall(const T& instead)
    {
        const flights all = *flights_;  // one that is cancelled may take itself out
        for (const auto& [key, one] : all) {
            one->instead = instead;
            one->task.cancel();
        }
    }

    // How many works are under way.
    std::size_t size() const noexcept { return flights_->size(); }

private:
    struct flight {
        explicit flight(const boost::asio::any_io_executor& executor)
            : done(executor, boost::asio::steady_timer::time_point::max())
        {
        }
        std::optional<T> value;
        std::optional<T> instead;  // of the exception that a recall makes
        std::exception_ptr failure;
        bool landed = false;
        task_group::handle task;
        boost::asio::steady_timer done;  // cancelled when the work has ended: that wakes every asker
    };
    using flights = std::map<Key, std::shared_ptr<flight>>;

    // Takes the key out before it wakes anybody: who asks after the end starts anew. A destructor, as a task
    // can also be destroyed midway.
    class landing {
    public:
        landing(std::shared_ptr<flights> all, Key key, std::shared_ptr<flight> mine)
            : all_(std::move(all)), key_(std::move(key)), mine_(std::move(mine))
        {
        }
        landing(landing&&) noexcept = default;
        landing& operator=(landing&&) = delete;
        ~landing()
        {
            if (!mine_)
                return;
            if (mine_->instead) {
                mine_->value = std::move(mine_->instead);
                mine_->failure = nullptr;
            } else if (!mine_->value && !mine_->failure)
                mine_->failure =
                    std::make_exception_ptr(boost::system::system_error(boost::asio::error::operation_aborted)
                    );
            mine_->landed = true;
            all_->erase(key_);
            mine_->done.cancel();
        }

    private:
        std::shared_ptr<flights> all_;
        Key key_;
        std::shared_ptr<flight> mine_;
    };

    static boost::asio::awaitable<void> fly(
        std::shared_ptr<flights> all, Key key, std::shared_ptr<flight> mine, work start
    )
    {
        landing at_the_end(std::move(all), std::move(key), mine);
        try {
            mine->value.emplace(co_await start());
        } catch (...) {
            mine->failure = std::current_exception();
        }
    }

    task_group& owner_;
    std::string name_;
    std::shared_ptr<flights> flights_ = std::make_shared<flights>();  // a flight may outlive this
};

}  // namespace sgauth
