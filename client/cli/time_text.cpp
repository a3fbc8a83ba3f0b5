// SPDX-License-Identifier: Apache-2.0
#include "client/cli/time_text.hpp"

#include <ctime>

namespace sgauth::cli {

namespace {

struct unit {
    std::int64_t seconds;
    const char* name;
};

constexpr unit units[] = {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};

constexpr std::int64_t barely = 5;  // clocks of one machine agree to less; nobody counts the seconds

const unit& largest_in(std::int64_t seconds) noexcept
{
    for (const unit& u : units)
        if (seconds >= u.seconds)
            return u;
    return units[3];
}

std::string coarse(std::int64_t seconds)
{
    const unit& u = largest_in(seconds);
    return std::to_string(seconds / u.seconds) + u.name;
}

}  // namespace

std::int64_t wall_now() noexcept
{
    return std::time(nullptr);
}

std::string duration_text(std::int64_t seconds)
{
    if (seconds < 0)
        seconds = 0;
    const unit& u = largest_in(seconds);
    std::string text = std::to_string(seconds / u.seconds) + u.name;
    const std::int64_t left = seconds % u.seconds;
    // Seconds beside minutes are noise; so are minutes beside days.
    if (&u < &units[2] && left >= (&u + 1)->seconds)
        text += ' ' + std::to_string(left / (&u + 1)->seconds) + (&u + 1)->name;
    return text;
}

std::string ago_text(std::int64_t then, std::int64_t now)
{
    return now - then < barely ? "just now" : coarse(now - then) + " ago";
}

std::string until_text(std::int64_t when, std::int64_t now)
{
    return when <= now ? "now" : "in " + coarse(when - now);
}

std::string moment_text(std::int64_t when)
{
    const std::time_t moment = when;
    std::tm parts{};
    char text[32];
    if (!::localtime_r(&moment, &parts) || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts) == 0)
        return std::to_string(when);
    return text;
}

}  // namespace sgauth::cli
