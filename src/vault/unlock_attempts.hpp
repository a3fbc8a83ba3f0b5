#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Wrong passphrases: three are free, then each costs a pause twice as long as the last. Counted for the
// vault, not for a connection. Pure.

#include "src/base/instant.hpp"

#include <algorithm>
#include <optional>

namespace sgauth {

class unlock_attempts {
public:
    static constexpr int free_tries = 3;
    static constexpr std::chrono::seconds first_pause{1};
    static constexpr std::chrono::seconds longest_pause = std::chrono::minutes(15);

    // When the next try is allowed; nothing: now.
    std::optional<boot_time> retry_at(boot_time now) const
    {
        return next_ > now ? std::optional(next_) : std::nullopt;
    }
    void was_wrong(boot_time now)
    {
        if (++wrong_ < free_tries)
            return;
        const int doublings = std::min(wrong_ - free_tries, 20);
        next_ = now + std::min<std::chrono::seconds>(first_pause * (1 << doublings), longest_pause);
    }
    void was_right() { *this = unlock_attempts(); }

private:
    int wrong_ = 0;
    boot_time next_{};
};

}  // namespace sgauth
