#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Times for people. Unix seconds in, words out.

#include <cstdint>
#include <string>

namespace sgauth::cli {

// This moment, by the wall clock.
std::int64_t wall_now() noexcept;

// "45 s", "2 min", "3 h 12 min", "2 d 4 h": the two largest units that say something. Less than nothing is "0
// s".
std::string duration_text(std::int64_t seconds);
// "2 min ago", by the largest unit; "just now" below five seconds, and where the clocks disagree.
std::string ago_text(std::int64_t then, std::int64_t now);
// "in 2 min", by the largest unit; "now" when it has come.
std::string until_text(std::int64_t when, std::int64_t now);
// "2026-11-24 14:05", the person's own time.
std::string moment_text(std::int64_t when);

}  // namespace sgauth::cli
