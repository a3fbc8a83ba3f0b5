// SPDX-License-Identifier: Apache-2.0
#include "src/session/renewal_policy.hpp"

#include <algorithm>

namespace sgauth {

namespace {

constexpr boot_clock::duration first_pause = std::chrono::seconds(2);
constexpr boot_clock::duration longest_pause = std::chrono::minutes(15);
// Also what a site may ask for at most: beyond it a wrong header would silence us for ever.
constexpr std::chrono::seconds longest_retry_after = std::chrono::hours(1);

boot_clock::duration scaled(boot_clock::duration d, double factor)
{
    return std::chrono::duration_cast<boot_clock::duration>(
        std::chrono::duration<double>(std::chrono::duration<double>(d).count() * factor)
    );
}

bool slept_since_verified(const session_past& past, const moment& at)
{
    return at.suspended - past.suspended_then > suspend_tolerance;
}

}  // namespace

end_reason end_of(const session_past& past, const renewal_rules& rules, boot_time now)
{
    if (past.end != end_reason::none)
        return past.end;
    const bool too_old = rules.has_idle_window && now - past.born >= rules.max_age;
    return too_old ? end_reason::max_age : end_reason::none;
}

session_state state_of(const session_past& past, const renewal_rules& rules, const moment& at)
{
    if (end_of(past, rules, at.now) != end_reason::none)
        return session_state::expired;
    if (!past.verified)
        return session_state::unverified;
    if (!rules.has_idle_window)
        return session_state::valid;
    const bool in_window = at.now < *past.verified + rules.idle_window;
    return in_window && !slept_since_verified(past, at) ? session_state::valid : session_state::unverified;
}

std::optional<boot_time> known_end(const session_past& past, const renewal_rules& rules)
{
    if (!rules.has_idle_window)
        return std::nullopt;
    const boot_time oldest = past.born + rules.max_age;
    return past.verified ? std::min(*past.verified + rules.idle_window, oldest) : oldest;
}

boot_clock::duration sure_for(const session_past& past, const renewal_rules& rules, const moment& at)
{
    if (state_of(past, rules, at) != session_state::valid)
        return boot_clock::duration::zero();
    const auto end = known_end(past, rules);
    return end ? *end - at.now : boot_clock::duration::max();
}

boot_clock::duration longest_possible(const session_past& past, const renewal_rules& rules, boot_time now)
{
    if (!rules.has_idle_window)
        return boot_clock::duration::max();
    const auto until_too_old = past.born + rules.max_age - now;
    return std::clamp<boot_clock::duration>(until_too_old, boot_clock::duration::zero(), rules.idle_window);
}

std::optional<boot_time> next_renewal(
    const session_past& past, const renewal_rules& rules, const moment& at, double jitter
)
{
    const bool can_be_kept = rules.has_idle_window && rules.when != renew_when::never;
    if (!can_be_kept || end_of(past, rules, at.now) != end_reason::none)
        return std::nullopt;
    boot_time due = at.now;
    if (past.verified && !slept_since_verified(past, at))
        due = *past.verified + scaled(rules.idle_window, 0.5 + 0.5 * jitter);
    due = std::max(due, past.not_before);
    const bool in_use = past.asked && due <= *past.asked + rules.keep_for;
    return rules.when == renew_when::always || in_use ? std::optional(due) : std::nullopt;
}

boot_clock::duration pause_after(int failures, std::optional<std::chrono::seconds> retry_after, double jitter)
{
    boot_clock::duration pause = first_pause;
    for (int i = 1; i < failures && pause < longest_pause; ++i)
        pause *= 2;
    pause = scaled(std::min(pause, longest_pause), 1.0 + jitter);
    return retry_after ? std::max<boot_clock::duration>(pause, std::min(*retry_after, longest_retry_after))
                       : pause;
}

bool is_report_news(const session_past& past, boot_time now)
{
    if (past.end != end_reason::none || now < past.not_before)
        return false;
    if (!past.verified)
        return true;
    const bool given_since = past.handed_out && *past.handed_out >= *past.verified;
    return given_since && now - *past.verified >= fresh_verdict;
}

}  // namespace sgauth
