#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Points in time, as types: what decisions are made of. Whoever asks for the time or waits uses clock.hpp.

#include <chrono>

namespace sgauth {

// CLOCK_BOOTTIME: counts suspend and never jumps with NTP.
struct boot_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<boot_clock>;
    static constexpr bool is_steady = true;
    static time_point now() noexcept;
};

using boot_time = boot_clock::time_point;
using wall_time = std::chrono::sys_seconds;

}  // namespace sgauth
