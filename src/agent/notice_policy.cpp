// SPDX-License-Identifier: Apache-2.0
#include "src/agent/notice_policy.hpp"

#include <algorithm>

namespace sgauth {

static_assert(notice_policy::again_after <= std::chrono::hours(1), "an hour is all that is remembered");

bool notice_policy::take(const std::string& key, boot_time now)
{
    while (!of_last_hour_.empty() && now - of_last_hour_.front().at >= std::chrono::hours(1))
        of_last_hour_.pop_front();
    const bool is_recent = std::ranges::any_of(of_last_hour_, [&](const shown& earlier) {
        return earlier.key == key && now - earlier.at < again_after;
    });
    if (is_recent || of_last_hour_.size() >= most_in_an_hour)
        return false;
    of_last_hour_.push_back({key, now});
    return true;
}

}  // namespace sgauth
