#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The two ways in which the client waits: for a descriptor, and for a moment. Both go on after a signal.

#include "client/lib/failure.hpp"

#include <chrono>

namespace sgauth::client {

enum class wait_result { ready, timed_out };

// Waits until `events` (poll(2)), an error or a hang-up shows at `descriptor`. With a deadline that has
// passed it looks once, without waiting.
wait_result wait_for(int descriptor, short events, time_point deadline) noexcept;

// Sleeps, at most until the deadline. False if the deadline has passed.
bool nap(std::chrono::milliseconds length, time_point deadline) noexcept;

}  // namespace sgauth::client
