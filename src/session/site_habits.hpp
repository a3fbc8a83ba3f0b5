#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is known of how a site keeps sessions: its idle window, and whether keeping alive was seen to work.
// Learned by pure steps; the keeper feeds them.

#include "src/base/instant.hpp"
#include "src/site/site_verdict.hpp"

#include <chrono>
#include <optional>

namespace sgauth {

enum class window_source { assumed, site, observed };
enum class renewal_word { assumed, confirmed, not_working };

// A site's "User Session Expiry" is an hour, a day or a week; 24 h is what most have (facts/fptr.md I).
inline constexpr std::chrono::seconds assumed_idle_window = std::chrono::hours(24);
// A session that dies younger than this was taken away, it did not idle out.
inline constexpr std::chrono::seconds shortest_observed_window = std::chrono::minutes(10);
// A site may write a session's use down this seldom (300 s were measured): a renewal closer to the last one
// need not show.
inline constexpr std::chrono::seconds slide_granularity{300};

struct site_habits {
    std::chrono::seconds idle_window = assumed_idle_window;
    window_source from = window_source::assumed;
    renewal_word renewal = renewal_word::assumed;
    bool tells_life = true;  // until it was asked and had no such call
};

// After a login, the site having told the session's life.
site_habits after_login(site_habits known, const session_life& life);

// A session ended at the site `age` after it was last accepted.
site_habits after_death(site_habits known, boot_clock::duration age);

enum class renewal_sight {
    moved,    // the end is later than it was: keeping alive works
    unclear,  // too soon after the last use for the site to have written it down
    stuck,    // the end should be later, and is not
};
// Compares the end as it was told before a renewal with the one told afterwards.
renewal_sight look_at_renewal(
    const site_habits& known, std::optional<wall_time> before, wall_time after, wall_time now
);

}  // namespace sgauth
