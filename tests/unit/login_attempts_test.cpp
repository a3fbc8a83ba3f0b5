// SPDX-License-Identifier: Apache-2.0
#include "src/login/attempt_record.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

const boot_time start{100h};
const wall_time wall_start{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)};
const login_key jane{"https://a", "jane"};

attempt_log spent(std::size_t tries, boot_time first = start, boot_clock::duration apart = 1min)
{
    attempt_log log;
    for (std::size_t i = 0; i < tries; ++i)
        log.add(jane, first + static_cast<std::int64_t>(i) * apart);
    return log;
}

// Written at one time, read at another.
attempt_log restarted(const attempt_log& log, const both_clocks& then, const both_clocks& now)
{
    auto read = read_attempts(write_attempts(log, then), now);
    REQUIRE(read);
    return *read;
}

}  // namespace

TEST_SUITE("login.attempts")
{
    TEST_CASE("the sixth try within an hour is refused, until the first is an hour old")
    {
        const attempt_log log = spent(max_tries);
        CHECK(log.refused_until(jane, start + 5min) == start + 1h);
        CHECK(log.refused_until(jane, start + 1h - 1ns) == start + 1h);
        CHECK_FALSE(log.refused_until(jane, start + 1h));
        CHECK_FALSE(spent(max_tries - 1).refused_until(jane, start + 5min));
    }

    TEST_CASE("one login's tries are not another's, nor another site's")
    {
        const attempt_log log = spent(max_tries);
        CHECK_FALSE(log.refused_until({"https://a", "bob"}, start + 5min));
        CHECK_FALSE(log.refused_until({"https://b", "jane"}, start + 5min));
    }

    TEST_CASE("a try that is taken back is one more")
    {
        attempt_log log = spent(max_tries);
        log.take_back(jane, start + 30s);  // none of that time
        CHECK(log.refused_until(jane, start + 5min));
        log.take_back(jane, start + 2min);
        CHECK_FALSE(log.refused_until(jane, start + 5min));
        log.take_back({"https://a", "nobody"}, start);
    }

    TEST_CASE("what is an hour old is forgotten, with its login")
    {
        attempt_log log = spent(2);
        log.drop_old(start + 1h);
        CHECK(log.tries().at(jane).size() == 1);
        log.drop_old(start + 1h + 1min);
        CHECK(log.tries().empty());
    }

    TEST_CASE("logins are watched up to the limit and not one beyond it, until one is forgotten")
    {
        attempt_log log;
        for (std::size_t i = 0; i < max_watched_logins; ++i)
            log.add({"https://a", std::to_string(i)}, start + std::chrono::seconds(i));
        CHECK_FALSE(log.refused_until({"https://a", "7"}, start + 10min));
        CHECK(log.refused_until({"https://a", "one more"}, start + 10min) == start + 1h);
        CHECK_FALSE(log.refused_until({"https://a", "one more"}, start + 1h));
    }

    TEST_CASE("with the past unknown each login has one try, for an hour")
    {
        attempt_log log;
        log.set_unknown_before(start);
        CHECK_FALSE(log.refused_until(jane, start));
        log.add(jane, start + 1min);
        CHECK(log.refused_until(jane, start + 2min) == start + 1h);
        CHECK_FALSE(log.refused_until({"https://a", "bob"}, start + 2min));
        CHECK_FALSE(log.refused_until(jane, start + 1h));
        log.drop_old(start + 1h);
        CHECK_FALSE(log.unknown_before());
    }
}

TEST_SUITE("login.attempt_record")
{
    TEST_CASE("what is no record is refused")
    {
        for (const char* bad :
             {"",
              "{",
              "[]",
              "{}",
              R"({"version":2,"tries":[]})",
              R"({"version":1})",
              R"({"version":1,"tries":{}})",
              R"({"version":1,"tries":[{}]})",
              R"({"version":1,"tries":[{"site":"a","login":"b","at":1}]})",
              R"({"version":1,"tries":[{"site":"a","login":"b","at":["x"]}]})",
              R"({"version":1,"tries":[{"site":1,"login":"b","at":[]}]})",
              R"({"version":1,"unknown_before":"x","tries":[]})"}) {
            CAPTURE(bad);
            CHECK_FALSE(read_attempts(bad, {start, wall_start}));
        }
    }

    TEST_CASE("a restart forgets nothing, and ages by the wall clock")
    {
        const attempt_log log = spent(max_tries);
        const boot_time reboot{10s};
        const attempt_log later =
            restarted(log, {start + 10min, wall_start + 10min}, {reboot, wall_start + 20min});
        CHECK(later.refused_until(jane, reboot) == reboot + 40min);
        CHECK_FALSE(later.refused_until(jane, reboot + 40min));
    }

    TEST_CASE("a wall clock that was set back opens nothing, and locks for an hour at most")
    {
        const attempt_log log = spent(max_tries);
        const boot_time reboot{10s};
        const attempt_log later =
            restarted(log, {start + 10min, wall_start + 10min}, {reboot, wall_start - 720h});
        CHECK(later.refused_until(jane, reboot) == reboot + 1h);
        CHECK_FALSE(later.refused_until(jane, reboot + 1h));
    }

    TEST_CASE("a wall clock that was set forwards between two lives of one boot gives no try back")
    {
        const attempt_log log = spent(max_tries);
        const both_clocks then{start + 10min, wall_start + 10min, "this boot"};
        const attempt_log later = restarted(log, then, {start + 20min, wall_start + 720h, "this boot"});
        CHECK(later.refused_until(jane, start + 20min) == start + 1h);
        CHECK_FALSE(later.refused_until(jane, start + 1h));
        const attempt_log back = restarted(log, then, {start + 20min, wall_start - 720h, "this boot"});
        CHECK(back.refused_until(jane, start + 20min) == start + 1h);
    }

    TEST_CASE("the boot clock of another boot, or one that went back, tells nothing")
    {
        const attempt_log log = spent(max_tries);
        const both_clocks then{start + 10min, wall_start + 10min, "that boot"};
        for (const both_clocks& now :
             {both_clocks{start + 10s, wall_start + 20min, "this boot"},
              both_clocks{start + 10s, wall_start + 20min, "that boot"},
              both_clocks{start + 10s, wall_start + 20min}}) {
            CAPTURE(now.boot_id);
            CHECK(restarted(log, then, now).refused_until(jane, now.boot) == now.boot + 40min);
        }
    }

    TEST_CASE("an unknown past stays unknown over a restart, for the rest of its hour")
    {
        attempt_log log;
        log.set_unknown_before(start);
        const attempt_log later = restarted(log, {start, wall_start}, {boot_time(10s), wall_start + 20min});
        CHECK(later.unknown_before() == boot_time(10s) - 20min);
        CHECK_FALSE(restarted(log, {start, wall_start}, {boot_time(10s), wall_start + 1h}).unknown_before());
    }

    TEST_CASE("numbers that no clock tells do no harm")
    {
        const auto log = read_attempts(
            R"({"version":1,"tries":[{"site":"https://a","login":"jane",)"
            R"("at":[9223372036854775807,-9223372036854775808,0]}]})",
            {start, wall_start}
        );
        REQUIRE(log);
        CHECK(log->tries().at(jane) == std::vector<boot_time>{start});
        for (const char* number : {"9223372036854775807", "-9223372036854775808", "-1", "\"x\"", "null"}) {
            CAPTURE(number);
            const std::string text = R"({"version":1,"written":{"boot_id":"b","boot_ns":)" +
                                     std::string(number) + R"(,"wall":)" + number + R"(},"tries":[]})";
            CHECK(read_attempts(text, {start, wall_start, "b"}));
        }
    }
}
