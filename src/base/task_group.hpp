#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Owns coroutines: nothing is detached, everything can be cancelled and waited for. One thread only.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

namespace sgauth {

class task_group {
public:
    // One running task, for cancelling it alone. Holds nothing alive; a task that has ended ignores it.
    class handle {
    public:
        handle() = default;
        void cancel() const;

    private:
        friend class task_group;
        std::weak_ptr<boost::asio::cancellation_signal> signal_;
    };

    explicit task_group(boost::asio::any_io_executor executor);
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // Starts `task` now. An exception that leaves it is a bug of ours: logged once, here, with `name`.
    handle spawn(std::string name, boost::asio::awaitable<void> task);
    // Asks every task to end.
    void cancel();
    // Suspends until no task is left, or `limit` has passed; returns whether none is left.
    boost::asio::awaitable<bool> join(std::chrono::steady_clock::duration limit);
    std::size_t size() const noexcept { return tasks_->size(); }

private:
    using signals = std::list<std::shared_ptr<boost::asio::cancellation_signal>>;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<signals>
        tasks_;  // shared with the completions, which may outlive the group at the very end
};

}  // namespace sgauth
