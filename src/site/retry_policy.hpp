#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// When a call that may be repeated is sent again: after 502 and 504 only, as the official client does
// (facts/fptr.md A.7), and within the call's own limit. Everything else is reported at once.

#include <chrono>
#include <optional>

namespace sgauth {

inline constexpr int max_attempts = 3;  // in all
inline constexpr std::chrono::milliseconds retry_step{750};

// The pause before the next attempt after `made` of them, the last of which was answered with `status`;
// nothing if that answer is final, or if no time would be left.
std::optional<std::chrono::milliseconds> pause_before_retry(
    unsigned status, int made, std::chrono::nanoseconds left
) noexcept;

}  // namespace sgauth
