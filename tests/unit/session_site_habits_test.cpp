// SPDX-License-Identifier: Apache-2.0
#include "src/session/site_habits.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {
constexpr wall_time noon{1'700'000'000s};
}

TEST_SUITE("session.site_habits")
{
    TEST_CASE("the window is assumed to be a day until something is learned")
    {
        const site_habits fresh;
        CHECK(fresh.idle_window == 24h);
        CHECK(fresh.from == window_source::assumed);
        CHECK(fresh.renewal == renewal_word::assumed);
    }

    TEST_CASE("a site that tells a session's life tells the window")
    {
        const site_habits known = after_login({}, session_life{noon, noon + 3600s, {}, false});
        CHECK(known.idle_window == 1h);
        CHECK(known.from == window_source::site);
        const site_habits nonsense = after_login({}, session_life{noon, noon - 5s, {}, false});
        CHECK(nonsense.idle_window == 24h);
        CHECK(nonsense.from == window_source::assumed);
    }

    TEST_CASE("a session that dies younger lowers the window, but not one taken away in its first minutes")
    {
        CHECK(after_death({}, 3h).idle_window == 3h);
        CHECK(after_death({}, 3h).from == window_source::observed);
        CHECK(after_death({}, shortest_observed_window - 1s).from == window_source::assumed);
        CHECK(after_death({}, shortest_observed_window).from == window_source::observed);
        CHECK(after_death({}, 25h).idle_window == 24h);
        const site_habits told = after_login({}, session_life{noon, noon + 86400s, {}, false});
        CHECK(after_death(told, 3h).idle_window == 24h);
    }

    TEST_CASE("a renewal is seen when the end moves, doubted when it should have, and unclear in between")
    {
        const site_habits day;
        CHECK(look_at_renewal(day, std::nullopt, noon, noon) == renewal_sight::unclear);
        CHECK(look_at_renewal(day, noon + 12h, noon + 24h, noon) == renewal_sight::moved);
        CHECK(look_at_renewal(day, noon + 12h, noon + 12h, noon) == renewal_sight::stuck);
        CHECK(
            look_at_renewal(day, noon + 24h - slide_granularity, noon + 24h - slide_granularity, noon) ==
            renewal_sight::unclear
        );
        CHECK(
            look_at_renewal(
                day, noon + 24h - slide_granularity - 1s, noon + 24h - slide_granularity - 1s, noon
            ) == renewal_sight::stuck
        );
    }
}
