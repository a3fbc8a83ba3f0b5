#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How often a person is shown something on the desktop: a program that asks again and again, or one that
// starts over and over, must not bury the screen. Pure.

#include "src/base/instant.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

namespace sgauth {

class notice_policy {
public:
    // The same is not shown again before.
    static constexpr std::chrono::minutes again_after{10};
    // Of all together, in any hour.
    static constexpr std::size_t most_in_an_hour = 10;

    // Whether what `key` names may be shown at `now`; if so it counts as shown.
    bool take(const std::string& key, boot_time now);

private:
    struct shown {
        std::string key;
        boot_time at;
    };

    std::deque<shown> of_last_hour_;  // the oldest first, `most_in_an_hour` at the most
};

}  // namespace sgauth
