// SPDX-License-Identifier: Apache-2.0
#include "src/agent/audit_queue.hpp"
#include "tests/support/noting_ledger.hpp"
#include "tests/support/run.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

struct queue_stage {
    boost::asio::io_context io{1};
    task_group writers{io.get_executor()};
    loaded configuration;
    noting_ledger book;
    std::vector<audit_entry> last;
    audit_queue queue{book, configuration, writers, [this] { return std::exchange(last, {}); }};

    ~queue_stage()
    {
        inside(io, [this] { writers.cancel(); });
    }
    audit_queue::ticket add(std::string event)
    {
        audit_entry e;
        e.event = std::move(event);
        return queue.add(std::move(e));
    }
    result<void> flush() { return finish(io, start(io, queue.flush())); }
};

}  // namespace

TEST_SUITE("agent.audit_queue")
{
    TEST_CASE("what a caller added is written though he goes before his turn")
    {
        queue_stage s;
        s.book.held = true;
        s.add("a");
        auto first = start(s.io, s.queue.flush());
        pump(s.io);
        s.add("b");
        auto second = start(s.io, s.queue.flush());
        pump(s.io);
        first.cancel();
        second.cancel();
        pump(s.io);
        s.book.release();
        pump(s.io);
        CHECK(s.book.events() == words{"a"});
        REQUIRE(s.flush());
        CHECK(s.book.events() == words{"a", "b"});
    }

    TEST_CASE("what the disk refuses stays, and goes first when it takes it")
    {
        queue_stage s;
        s.book.breaks = "the disk is full";
        s.add("a");
        CHECK(s.flush().error().detail == "the disk is full");
        CHECK(s.queue.trouble() == "the disk is full");
        s.add("b");
        CHECK_FALSE(s.flush());
        s.book.breaks.reset();
        s.add("c");
        REQUIRE(s.flush());
        CHECK(s.book.events() == words{"a", "b", "c"});
        CHECK_FALSE(s.queue.trouble());
        CHECK(s.queue.is_empty());
    }

    TEST_CASE("a disk that hangs costs a limited wait, and what was added is written once it goes on")
    {
        queue_stage s;
        s.book.held = true;
        s.add("a");
        CHECK(finish(s.io, start(s.io, s.queue.flush_within(0ms))).error().code == errc::timed_out);
        CHECK(s.queue.is_stuck());
        CHECK_FALSE(s.queue.withdraw(1));  // it may be there already
        CHECK(s.queue.withdraw(s.add("b")));
        CHECK(s.queue.trouble());
        s.book.release();
        pump(s.io);
        CHECK(s.book.events() == words{"a"});
        CHECK_FALSE(s.queue.is_stuck());
        CHECK_FALSE(s.queue.trouble());
    }

    TEST_CASE("one that is taken back is not written")
    {
        queue_stage s;
        s.add("a");
        const auto b = s.add("b");
        s.add("c");
        CHECK(s.queue.withdraw(b));
        REQUIRE(s.flush());
        CHECK(s.book.events() == words{"a", "c"});
        const auto d = s.add("d");
        CHECK(s.queue.withdraw(d));
        REQUIRE(s.flush());
        CHECK(s.book.entries.size() == 2);
        CHECK_FALSE(s.queue.withdraw(b - 1));  // "a" stands there
    }

    TEST_CASE("at the bound none is lost; beyond it the oldest are, and that is told")
    {
        queue_stage s;
        s.book.breaks = "the disk is full";
        for (std::size_t n = 0; n < audit_queue::most; ++n)
            s.add("kept");
        CHECK_FALSE(s.flush());
        s.book.breaks.reset();
        REQUIRE(s.flush());
        CHECK(s.book.entries.size() == audit_queue::most);
        CHECK(s.book.entries.front().event == "kept");

        s.book.entries.clear();
        for (std::size_t n = 0; n < audit_queue::most + 2; ++n)
            s.add("kept");
        REQUIRE(s.flush());
        CHECK(s.book.entries.size() == audit_queue::most + 1);
        CHECK(s.book.entries.front().event == proto::audit_event::lost);
        CHECK(s.book.entries.front().count == 2);
        s.add("later");
        REQUIRE(s.flush());
        CHECK(s.book.entries.back().event == "later");
    }

    TEST_CASE("many go in pieces, so that no file grows far beyond its limit")
    {
        queue_stage s;
        for (std::size_t n = 0; n <= audit_queue::most_at_once; ++n)
            s.add("one");
        REQUIRE(s.flush());
        CHECK(s.book.writes == 2);
        CHECK(s.book.entries.size() == audit_queue::most_at_once + 1);
    }

    TEST_CASE("a file that is full gets the last words, then a new one begins")
    {
        queue_stage s;
        audit_entry count;
        count.event = "counted";
        s.last.push_back(count);
        s.book.after = ledger::room::full;
        s.add("a");
        REQUIRE(s.flush());
        CHECK(s.book.events() == words{"a", "counted"});
        CHECK(s.book.rotations == 1);
    }

    TEST_CASE("a journal that refuses is trouble, and no reason to write it all again")
    {
        queue_stage s;
        s.book.journal_breaks = "nobody reads";
        s.add("a");
        CHECK(s.flush());
        CHECK(s.queue.trouble() == "nobody reads");
        CHECK(s.queue.is_empty());
    }

    TEST_CASE("nothing is to be recorded: nothing is kept")
    {
        queue_stage s;
        s.configuration.values.audit.sink = audit_sink::none;
        s.add("a");
        REQUIRE(s.flush());
        CHECK(s.book.writes == 0);
        CHECK(s.queue.is_empty());
    }
}
