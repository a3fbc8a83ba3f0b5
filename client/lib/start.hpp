#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Starts the user's daemon where there is none (DESIGN.md 3, "Start"). connection.cpp alone uses it.

#include "client/lib/failure.hpp"
#include "client/lib/target.hpp"

namespace sgauth::client {

// Asks the user manager, and failing that runs sgauthd itself; however many race, one is started. True if
// somebody listens at the target's socket afterwards. Takes at most 10 s, less if the deadline comes first.
// False: `why` says what to do.
bool start_daemon(const target& whom, time_point deadline, call_failure& why);

}  // namespace sgauth::client
