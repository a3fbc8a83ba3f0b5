// SPDX-License-Identifier: Apache-2.0
#include "src/login/attempt_log.hpp"

#include <algorithm>
#include <iterator>

namespace sgauth {

namespace {

bool counts(boot_time when, boot_time now)
{
    return now - when < try_counts_for;
}

}  // namespace

std::optional<boot_time> attempt_log::refused_until(const login_key& who, boot_time now) const
{
    std::vector<boot_time> spent;
    if (unknown_before_ && counts(*unknown_before_, now))
        spent.assign(max_tries - 1, *unknown_before_);
    const auto at = tries_.find(who);
    if (at != tries_.end())
        std::ranges::copy_if(at->second, std::back_inserter(spent), [now](boot_time t) {
            return counts(t, now);
        });
    if (spent.size() >= max_tries) {
        std::ranges::sort(spent);
        return spent[spent.size() - max_tries] + try_counts_for;
    }
    if (at != tries_.end() || tries_.size() < max_watched_logins)
        return std::nullopt;
    // Room is made when the login whose last try is the oldest is forgotten.
    boot_time first = now;
    for (const auto& [key, times] : tries_)
        first = std::min(first, times.back());
    return counts(first, now) ? std::optional(first + try_counts_for) : std::nullopt;
}

void attempt_log::add(const login_key& who, boot_time now)
{
    drop_old(now);
    tries_[who].push_back(now);
}

void attempt_log::take_back(const login_key& who, boot_time when)
{
    const auto at = tries_.find(who);
    if (at == tries_.end())
        return;
    auto& times = at->second;
    if (const auto found = std::ranges::find(times, when); found != times.end())
        times.erase(found);
    if (times.empty())
        tries_.erase(at);
}

void attempt_log::drop_old(boot_time now)
{
    for (auto& [key, times] : tries_)
        std::erase_if(times, [now](boot_time t) { return !counts(t, now); });
    std::erase_if(tries_, [](const auto& entry) { return entry.second.empty(); });
    if (unknown_before_ && !counts(*unknown_before_, now))
        unknown_before_.reset();
}

}  // namespace sgauth
