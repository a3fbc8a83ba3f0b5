#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How sgauth-keyring ends: all that the daemon goes by.

namespace sgauth::keyring_helper {

inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int wrong_usage = 2;
inline constexpr int no_such_key = 3;
inline constexpr int is_locked = 4;
inline constexpr int no_service = 5;
inline constexpr int no_collection = 6;
inline constexpr int dismissed = 7;
inline constexpr int unanswered = 8;

}  // namespace sgauth::keyring_helper
