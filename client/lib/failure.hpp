#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Why a call did not get what it asked for, and the clock that calls are measured by.

#include "proto/messages.hpp"
#include "proto/status.hpp"

#include <chrono>
#include <string>

namespace sgauth::client {

using time_point = std::chrono::steady_clock::time_point;

// Failures that never travel, because there is nobody to send them.
inline constexpr std::string_view no_daemon_name = "NoDaemon";

struct call_failure {
    proto::status status = proto::status::failed;
    // As the daemon sent it; where it sent none, made here in the same words: `name` is NoDaemon, TimedOut,
    // Failed or InvalidParameter. `message` is always filled, for people, without a secret; `foreign` is the
    // site's own text.
    proto::error_reply error;
};

// Each fills `why` and returns false.
bool fail_no_daemon(call_failure& why, std::string message);
bool fail_timed_out(call_failure& why);
bool fail_protocol(call_failure& why);
bool fail_usage(call_failure& why, std::string message);

}  // namespace sgauth::client
