#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What sgauth-desktop and the daemon say to each other, a line each.

#include <string_view>

namespace sgauth::desktop_helper {

// The helper's.
inline constexpr std::string_view ready = "ready";    // it listens, and a sleep waits for us
inline constexpr std::string_view lock = "lock";      // a screen of ours is locked
inline constexpr std::string_view unlock = "unlock";  // it is not any more
inline constexpr std::string_view sleep = "sleep";    // the machine goes to sleep, once it is told `locked`
inline constexpr std::string_view wake = "wake";      // it is awake
inline constexpr std::string_view no_delay = "no-delay";  // it listens, and a sleep does not
inline constexpr std::string_view here = "here";          // the answer to `there`
inline constexpr std::string_view trouble = "trouble";    // and, after a space, why the helper ends

// The daemon's.
inline constexpr std::string_view locked = "locked";
inline constexpr std::string_view there = "there";  // is it, or does it hang

}  // namespace sgauth::desktop_helper
