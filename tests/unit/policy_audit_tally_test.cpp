// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_tally.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace sgauth;
using namespace std::chrono_literals;
using standing = audit_tally::standing;

namespace {

constexpr process_key maya{4711, 1};
constexpr boot_time start{100h};
constexpr wall_time day{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)};

std::string key(const process_key& who = maya, std::string_view session = "a")
{
    return audit_key("handed_out", who, 7, session, "session_token", "valid");
}

audit_entry entry()
{
    audit_entry e;
    e.event = "handed_out";
    e.at = day.time_since_epoch().count();
    return e;
}

void write(audit_tally& tally, const std::string& k, const process_key& who = maya, boot_time now = start)
{
    tally.begin(k, who, entry(), now);
    tally.wrote(k);
}

}  // namespace

TEST_SUITE("policy.audit_tally")
{
    TEST_CASE("the first is written, what follows within the minute becomes one entry")
    {
        audit_tally tally;
        CHECK(tally.of(key(), maya, start) == standing::fresh);
        tally.begin(key(), maya, entry(), start);
        CHECK(tally.of(key(), maya, start) == standing::begun);
        tally.wrote(key());
        CHECK(tally.of(key(), maya, start + 60s - 1ns) == standing::written);
        for (int i = 1; i <= 3; ++i)
            tally.count(key(), day + std::chrono::seconds(i));
        CHECK(tally.due(start + 60s - 1ns).empty());
        const auto due = tally.due(start + 60s);
        REQUIRE(due.size() == 1);
        CHECK(due[0].count == 3);
        CHECK(due[0].at == (day + 1s).time_since_epoch().count());
        CHECK(due[0].until == (day + 3s).time_since_epoch().count());
        CHECK(tally.size() == 0);
    }

    TEST_CASE("after the minute the next is a first again, though nobody has closed the window yet")
    {
        audit_tally tally;
        write(tally, key());
        CHECK(tally.of(key(), maya, start + 60s) == standing::fresh);
    }

    TEST_CASE("a first that could not be written is none")
    {
        audit_tally tally;
        tally.begin(key(), maya, entry(), start);
        tally.failed(key());
        CHECK(tally.of(key(), maya, start) == standing::fresh);
        write(tally, key());
        tally.failed(key());
        CHECK(tally.of(key(), maya, start) == standing::written);
    }

    TEST_CASE("another process, session, form or state is another entry")
    {
        audit_tally tally;
        write(tally, key());
        CHECK(tally.of(key({4712, 1}), {4712, 1}, start) == standing::fresh);
        CHECK(tally.of(key(maya, "b"), maya, start) == standing::fresh);
        const auto other = audit_key("handed_out", maya, 7, "a", "bearer", "valid");
        CHECK(tally.of(other, maya, start) == standing::fresh);
        const auto unverified = audit_key("handed_out", maya, 7, "a", "session_token", "unverified");
        CHECK(tally.of(unverified, maya, start) == standing::fresh);
    }

    TEST_CASE("a pid that came back is another process where that is known; pid 0 is nobody's repeat")
    {
        audit_tally tally;
        write(tally, key());
        CHECK(tally.of(key(), {4711, 2}, start) == standing::fresh);
        CHECK(tally.of(key(), {4711, 0}, start) == standing::written);
        const process_key elsewhere{0, 0};
        write(tally, key(elsewhere), elsewhere);
        CHECK(tally.of(key(elsewhere), elsewhere, start) == standing::fresh);
    }

    TEST_CASE("counts that are taken early leave the window open")
    {
        audit_tally tally;
        write(tally, key());
        CHECK(tally.take_counts().empty());
        tally.count(key(), day);
        REQUIRE(tally.take_counts().size() == 1);
        CHECK(tally.of(key(), maya, start) == standing::written);
        tally.count(key(), day + 5s);
        const auto again = tally.take_counts();
        REQUIRE(again.size() == 1);
        CHECK(again[0].count == 1);
        CHECK_FALSE(again[0].until);
    }

    TEST_CASE("as many windows as there may be stay; at the limit all close")
    {
        audit_tally tally;
        for (std::size_t i = 0; i + 1 < audit_tally::most_windows; ++i)
            write(tally, key(maya, std::to_string(i)));
        tally.count(key(maya, "7"), day);
        CHECK(tally.due(start).empty());
        write(tally, key());
        CHECK(tally.due(start).size() == 1);
        CHECK(tally.size() == 0);
    }

    TEST_CASE("a window that another process of that pid takes over closes once, with the later one")
    {
        audit_tally tally;
        write(tally, key());
        write(tally, key(), {4711, 2}, start + 10s);
        tally.count(key(), day);
        CHECK(tally.next_close() == start + 70s);
        CHECK(tally.due(start + 70s - 1ns).empty());
        CHECK(tally.due(start + 70s).size() == 1);
        CHECK_FALSE(tally.next_close());
    }

    TEST_CASE("a first that could not be written leaves nothing to close")
    {
        audit_tally tally;
        tally.begin(key(), maya, entry(), start);
        tally.failed(key());
        CHECK_FALSE(tally.next_close());
    }

    TEST_CASE("the next to close is told, so that nobody has to look")
    {
        audit_tally tally;
        CHECK_FALSE(tally.next_close());
        write(tally, key());
        write(tally, key(maya, "b"), maya, start - 5s);
        CHECK(tally.next_close() == start + 55s);
    }
}
