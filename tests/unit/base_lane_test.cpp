// SPDX-License-Identifier: Apache-2.0
#include "src/base/lane.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <signal.h>
#include <stdexcept>
#include <thread>

using namespace sgauth;
namespace net = boost::asio;

namespace {

using int_work = std::move_only_function<int()>;

struct outcome {
    std::exception_ptr failure;
    std::optional<int> value;
    net::cancellation_signal cancel;
};

void start(net::io_context& io, lane& on, int_work work, outcome& out)
{
    net::co_spawn(
        io,
        on.run(std::move(work)),
        net::bind_cancellation_slot(
            out.cancel.slot(),
            [&out](std::exception_ptr e, int value) {
                out.failure = e;
                if (!e)
                    out.value = value;
            }
        )
    );
}

// A job that is stuck until it is let go. Shared, as a stuck job outlives everything else.
struct stuck_job {
    std::promise<void> begun;
    std::promise<void> release;
};

int_work stuck(const std::shared_ptr<stuck_job>& job)
{
    return [job] {
        job->begun.set_value();
        job->release.get_future().wait();
        return 1;
    };
}

}  // namespace

TEST_CASE("what a job throws reaches its waiter, and the next job runs")
{
    net::io_context io(1);
    lane l(io.get_executor(), "test");
    outcome bad, good;
    start(io, l, []() -> int { throw std::runtime_error("no"); }, bad);
    start(io, l, [] { return 2; }, good);
    io.run();
    CHECK_THROWS_AS(std::rethrow_exception(bad.failure), std::runtime_error);
    CHECK(good.value == 2);
}

TEST_CASE("a cancelled wait ends while its job is stuck, and a job that waited behind it never runs")
{
    net::io_context io(1);
    lane l(io.get_executor(), "test");
    const auto job = std::make_shared<stuck_job>();
    const auto ran = std::make_shared<std::atomic<bool>>(false);
    outcome first, second;
    start(io, l, stuck(job), first);
    start(io, l, [ran] { return static_cast<int>(ran->exchange(true)); }, second);
    io.poll();
    job->begun.get_future().wait();
    first.cancel.emit(net::cancellation_type::terminal);
    second.cancel.emit(net::cancellation_type::terminal);
    io.run();
    CHECK_THROWS_AS(std::rethrow_exception(first.failure), boost::system::system_error);
    CHECK_THROWS_AS(std::rethrow_exception(second.failure), boost::system::system_error);
    CHECK_FALSE(l.idle());
    job->release.set_value();
    while (!l.idle())
        std::this_thread::yield();
    CHECK_FALSE(*ran);
}

TEST_CASE("a stuck job holds up neither the lane's end nor the context's")
{
    const auto job = std::make_shared<stuck_job>();
    {
        net::io_context io(1);
        outcome waiting;
        {
            lane l(io.get_executor(), "test");
            start(io, l, stuck(job), waiting);
            io.poll();
            job->begun.get_future().wait();
        }
        CHECK_FALSE(waiting.value);
    }
    job->release.set_value();  // and it must not touch what is gone: the sanitizers watch
}

TEST_CASE("jobs run one after the other, and an idle lane starts anew")
{
    net::io_context io(1);
    lane l(io.get_executor(), "test");
    const auto order = std::make_shared<std::vector<int>>();
    for (int round = 0; round < 2; ++round) {
        outcome out[10];
        for (int i = 0; i < 10; ++i)
            start(
                io,
                l,
                [order, i] {
                    order->push_back(i);
                    return i;
                },
                out[i]
            );
        io.restart();
        io.run();
        for (int i = 0; i < 10; ++i)
            CHECK(out[i].value == i);
    }
    for (std::size_t i = 0; i < 20; ++i)
        CHECK((*order)[i] == static_cast<int>(i % 10));
    while (!l.idle())
        std::this_thread::yield();
}

TEST_CASE("a thread that lingers takes the next job, is idle meanwhile, and does not hold up the lane's end")
{
    net::io_context io(1);
    const auto threads = std::make_shared<std::vector<std::thread::id>>();
    {
        lane l(io.get_executor(), "test", std::chrono::hours(1));
        for (int i = 0; i < 2; ++i) {
            outcome out;
            start(
                io,
                l,
                [threads] {
                    threads->push_back(std::this_thread::get_id());
                    return 1;
                },
                out
            );
            io.restart();
            io.run();
            CHECK(out.value == 1);
            while (!l.idle())
                std::this_thread::yield();
        }
    }
    REQUIRE(threads->size() == 2);
    CHECK((*threads)[0] == (*threads)[1]);
}

TEST_CASE("signals stay with the loop's thread")
{
    net::io_context io(1);
    lane l(io.get_executor(), "test");
    outcome out;
    start(
        io,
        l,
        [] {
            sigset_t blocked;
            ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
            return ::sigismember(&blocked, SIGTERM) == 1 && ::sigismember(&blocked, SIGUSR1) == 1 ? 1 : 0;
        },
        out
    );
    io.run();
    CHECK(out.value == 1);
    sigset_t here;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &here);
    CHECK(::sigismember(&here, SIGTERM) == 0);
}
