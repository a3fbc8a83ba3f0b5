#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/session/session_table.hpp"

namespace sgauth {

// One line for whatever happens to a session: what an administrator looks for in the journal.
void log_event(session_event event, const session& s);

}  // namespace sgauth
