// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_words.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

namespace sgauth {

namespace {

struct unit {
    std::string_view name;
    std::int64_t milliseconds;
};

constexpr unit units[] = {
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1'000},
    {"ms", 1},
};

// Letters to add, leave out, change or swap with their neighbour, to come from one word to the other.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                steps[i][j] = i + j;
                continue;
            }
            const std::size_t changed = steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, changed});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
    return steps[a.size()][b.size()];
}

// Longer words are nobody's slip of the finger, and would cost time.
constexpr std::size_t longest_guessed = 64;

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text)
{
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string number_text(text.substr(0, digits));
    std::int64_t number = 0;
    const char* const end = number_text.c_str() + digits;
    if (digits == 0 || std::from_chars(number_text.c_str(), end, number).ec != std::errc())
        return std::nullopt;
    const std::string_view name = text.substr(digits);
    for (const unit& u : units)
        if (u.name == name) {
            if (number > std::numeric_limits<std::int64_t>::max() / u.milliseconds)
                return std::nullopt;
            return std::chrono::milliseconds(number * u.milliseconds);
        }
    return std::nullopt;
}

std::string duration_text(std::chrono::milliseconds duration)
{
    const std::int64_t count = duration.count();
    if (count == 0)
        return "0s";
    for (const unit& u : units) {
        const bool one_day = u.name == "d" && count < 2 * u.milliseconds;
        if (count % u.milliseconds == 0 && !one_day)
            return std::to_string(count / u.milliseconds) + std::string(u.name);
    }
    return {};
}

std::optional<std::string_view> nearest_word(
    std::string_view typed, const std::vector<std::string_view>& words
)
{
    std::optional<std::string_view> best;
    if (typed.size() > longest_guessed)
        return best;
    std::size_t fewest = std::max<std::size_t>(2, typed.size() / 3) + 1;
    for (const std::string_view word : words) {
        const std::size_t steps = distance(typed, word);
        if (steps < fewest && steps < word.size()) {
            fewest = steps;
            best = word;
        }
    }
    return best;
}

}  // namespace sgauth
