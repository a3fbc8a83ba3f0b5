// SPDX-License-Identifier: Apache-2.0
#include "src/base/single_flight.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace sgauth;
namespace net = boost::asio;

namespace {

using flights = single_flight<std::string, int>;

// A work that waits for its gate, and everything to ask for it with.
struct scene {
    net::io_context io{1};
    task_group tasks{io.get_executor()};
    flights shared{tasks, "test"};
    net::steady_timer gate{io, net::steady_timer::time_point::max()};
    int started = 0;

    flights::work work(int value)
    {
        return [this, value] { return wait_at_the_gate(value); };
    }
    net::awaitable<int> wait_at_the_gate(int value)
    {
        ++started;
        boost::system::error_code ec;
        co_await gate.async_wait(net::redirect_error(net::use_awaitable, ec));
        if (value < 0)
            throw std::runtime_error("negative");
        co_return value;
    }
    void turn()
    {
        io.restart();
        io.poll();
    }
};

struct asker {
    std::optional<int> got;
    std::exception_ptr failure;
    bool ended = false;
    net::cancellation_signal cancel;

    void ask(scene& s, const char* key, int value)
    {
        net::co_spawn(
            s.io,
            s.shared.join(key, s.work(value)),
            net::bind_cancellation_slot(
                cancel.slot(),
                [this](std::exception_ptr e, int result) {
                    ended = true;
                    failure = e;
                    if (!e)
                        got = result;
                }
            )
        );
    }
};

}  // namespace

TEST_CASE("an exception of the work reaches every asker, and the next one starts anew")
{
    scene s;
    asker a, b, c;
    a.ask(s, "k", -1);
    b.ask(s, "k", -1);
    s.turn();
    s.gate.cancel();
    s.turn();
    CHECK(s.started == 1);
    CHECK_THROWS_AS(std::rethrow_exception(a.failure), std::runtime_error);
    CHECK_THROWS_AS(std::rethrow_exception(b.failure), std::runtime_error);
    CHECK(s.shared.size() == 0);
    c.ask(s, "k", 7);
    s.turn();
    s.gate.cancel();
    s.turn();
    CHECK(c.got == 7);
    CHECK(s.started == 2);
}

TEST_CASE("works are recalled: whoever waits gets what is said instead, and the next one starts anew")
{
    scene s;
    asker a, b, c;
    a.ask(s, "k", 1);
    b.ask(s, "k", 1);
    s.turn();
    net::post(s.io, [&] { s.shared.recall(-7); });
    s.turn();
    CHECK(a.got == -7);
    CHECK(b.got == -7);
    CHECK(s.shared.size() == 0);
    c.ask(s, "k", 7);
    s.turn();
    s.gate.cancel();
    s.turn();
    CHECK(c.got == 7);
    CHECK(s.started == 2);
}

TEST_CASE("a cancelled asker leaves alone, even the one that began the work")
{
    scene s;
    asker first, second;
    first.ask(s, "k", 1);
    second.ask(s, "k", 2);
    s.turn();
    first.cancel.emit(net::cancellation_type::terminal);
    s.turn();
    CHECK(first.ended);
    CHECK(first.failure);
    CHECK_FALSE(second.ended);
    s.gate.cancel();
    s.turn();
    CHECK(second.got == 1);
    CHECK(s.started == 1);
}

TEST_CASE("the work goes on with nobody waiting, and who comes meanwhile joins it")
{
    scene s;
    asker first, late;
    first.ask(s, "k", 1);
    s.turn();
    first.cancel.emit(net::cancellation_type::terminal);
    s.turn();
    CHECK(s.shared.size() == 1);
    late.ask(s, "k", 2);
    s.turn();
    s.gate.cancel();
    s.turn();
    CHECK(late.got == 1);
    CHECK(s.shared.size() == 0);
}

TEST_CASE("cancelling the owner ends the work and every wait")
{
    scene s;
    asker a;
    single_flight<std::string, int>::work forever = [&s]() -> net::awaitable<int> {
        net::steady_timer never(s.io, net::steady_timer::time_point::max());
        co_await never.async_wait(net::use_awaitable);
        co_return 0;
    };
    net::co_spawn(s.io, s.shared.join("k", std::move(forever)), [&a](std::exception_ptr e, int) {
        a.ended = true;
        a.failure = e;
    });
    s.turn();
    s.tasks.cancel();
    s.turn();
    CHECK(a.ended);
    CHECK_THROWS_AS(std::rethrow_exception(a.failure), boost::system::system_error);
    CHECK(s.tasks.size() == 0);
}

TEST_CASE("one work for all who ask for one key, one for each key")
{
    scene s;
    asker many[50];
    asker other;
    for (auto& a : many)
        a.ask(s, "k", 3);
    other.ask(s, "other", 4);
    s.turn();
    CHECK(s.started == 2);
    s.gate.cancel();
    s.turn();
    for (const auto& a : many)
        CHECK(a.got == 3);
    CHECK(other.got == 4);
}
