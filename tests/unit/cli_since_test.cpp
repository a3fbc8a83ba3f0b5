// SPDX-License-Identifier: Apache-2.0
#include "client/cli/ledger.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

using namespace sgauth::cli;

namespace {

// Tuesday, 24 November 2026, 15:00 UTC.
constexpr std::int64_t now = 1795532400;
constexpr std::int64_t at_14_02 = now - 58 * 60;

struct in_utc {
    in_utc()
    {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }
};

}  // namespace

TEST_SUITE("cli.since")
{
    TEST_CASE_FIXTURE(in_utc, "what is no time is none")
    {
        for (const char* bad :
             {"",
              "x",
              "-2h",
              "2y",
              "2hh",
              "h",
              "2026-13-01",
              "2026-02-31",
              "2026-11-24 14",
              "1 h",
              "2026-11-24 14:05 x",
              "99999999999999999999",
              "99999999w"}) {
            CAPTURE(bad);
            CHECK_FALSE(moment_of(bad, now));
        }
    }

    TEST_CASE_FIXTURE(in_utc, "Unix seconds, how long ago, a day, a time")
    {
        CHECK(moment_of("0", now) == 0);
        CHECK(moment_of("1795532400", now) == now);
        CHECK(moment_of("90s", now) == now - 90);
        CHECK(moment_of("15m", now) == now - 15 * 60);
        CHECK(moment_of("2h", now) == now - 2 * 3600);
        CHECK(moment_of("3d", now) == now - 3 * 86400);
        CHECK(moment_of("1w", now) == now - 7 * 86400);
        CHECK(moment_of("2026-11-24", now) == now - 15 * 3600);
        CHECK(moment_of("2026-11-24 14:02", now) == at_14_02);
        CHECK(moment_of("2026-11-24T14:02:00", now) == at_14_02);
        CHECK(moment_of("2026-11-24T14:02:00Z", now) == at_14_02);
        ::setenv("TZ", "UTC-3", 1);
        ::tzset();
        CHECK(moment_of("2026-11-24T14:02Z", now) == at_14_02);
        CHECK(moment_of("2026-11-24T17:02", now) == at_14_02);
    }
}
