// SPDX-License-Identifier: Apache-2.0
#include "src/session/site_habits.hpp"

#include <algorithm>

namespace sgauth {

site_habits after_login(site_habits known, const session_life& life)
{
    known.tells_life = true;
    const auto told = life.expires_at - life.created_at;
    if (told > told.zero()) {
        known.idle_window = told;
        known.from = window_source::site;
    }
    return known;
}

site_habits after_death(site_habits known, boot_clock::duration age)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age);
    const bool is_told = known.from == window_source::site;
    if (!is_told && seconds >= shortest_observed_window && seconds < known.idle_window) {
        known.idle_window = seconds;
        known.from = window_source::observed;
    }
    return known;
}

renewal_sight look_at_renewal(
    const site_habits& known, std::optional<wall_time> before, wall_time after, wall_time now
)
{
    if (!before)
        return renewal_sight::unclear;
    if (after > *before)
        return renewal_sight::moved;
    const auto granularity = std::min(slide_granularity, known.idle_window / 4);
    const bool was_just_used = *before - now >= known.idle_window - granularity;
    return was_just_used ? renewal_sight::unclear : renewal_sight::stuck;
}

}  // namespace sgauth
