#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where blocking work runs: name resolution, the disk, key derivation. Jobs run one after the other on one
// thread that is started for them and ends when none is left, so that an idle lane costs nothing. A coroutine
// waits for its job and can be cancelled: the job then runs to its end, or never starts, and its result is
// dropped. One lane per kind of work: a dead name server must not hold up the vault.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace sgauth {

class lane {
public:
    // Waits resume on `executor`, whose context outlives the lane. `name` is the thread's, for debuggers; 15
    // bytes show. `lingers` is how long the thread waits for another job before it ends: not for jobs that
    // touch secrets, as its stack is given back when it ends.
    lane(
        boost::asio::any_io_executor executor,
        std::string name,
        std::chrono::milliseconds lingers = std::chrono::milliseconds::zero()
    );
    // Waits for nothing: jobs that have not begun are dropped, a stuck one is left to itself and to the
    // process's end. So a job refers to nothing that may be gone then: it owns what it uses.
    ~lane();
    lane(const lane&) = delete;
    lane& operator=(const lane&) = delete;

    // Runs `work` on the lane's thread and returns what it returned, or throws what it threw. Throws
    // system_error (operation_aborted) when cancelled, unless the result was there already: what a job did is
    // not lost with it.
    template <class T>
        requires(!std::is_void_v<T>)
    boost::asio::awaitable<T> run(std::move_only_function<T()> work)
    {
        auto out = std::make_shared<std::optional<T>>();
        std::move_only_function<void()> filled = [out, todo = std::move(work)]() mutable {
            out->emplace(todo());
        };
        co_await run_to_end(std::move(filled));
        co_return std::move(**out);
    }

    // Neither a running job nor one that waits for its turn.
    bool idle() const;

private:
    struct job;
    struct shared;

    boost::asio::awaitable<void> run_to_end(std::move_only_function<void()> work);
    static void start_thread(const std::shared_ptr<shared>& state);
    static void work_through(const std::shared_ptr<shared>& state);

    std::shared_ptr<shared> shared_;
};

}  // namespace sgauth
