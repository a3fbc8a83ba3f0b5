#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Durations as people write them, and guesses at what a misspelt word was meant to be.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

// One whole number and its unit: ms, s, m, h or d. Nothing for anything else, and for what does not fit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// The same way round, in the largest unit that is exact; days from two on.
std::string duration_text(std::chrono::milliseconds duration);

// The word nearest to `typed`, if one is near enough to be meant.
std::optional<std::string_view> nearest_word(
    std::string_view typed, const std::vector<std::string_view>& words
);

}  // namespace sgauth
