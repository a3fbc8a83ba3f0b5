#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The end of the process, also when its loop hangs: on a pipe that nobody reads, or on the service manager.

#include <chrono>

namespace sgauth {

// From here on SIGTERM and SIGINT, besides what handles them now, end the process by _exit(0) once `limit`
// has passed. Called once, by the one thread there is, when their handlers are in place.
void end_soon_after_signals(std::chrono::milliseconds limit);

}  // namespace sgauth
