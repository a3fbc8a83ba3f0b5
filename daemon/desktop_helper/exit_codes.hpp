#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How sgauth-desktop ends: all that the daemon goes by.

namespace sgauth::desktop_helper {

inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int wrong_usage = 2;
inline constexpr int no_bus = 3;      // nobody's desktop, or one without a session bus
inline constexpr int no_service = 4;  // nobody on the bus does this, or it refuses to
inline constexpr int no_answer = 5;   // in time

}  // namespace sgauth::desktop_helper
