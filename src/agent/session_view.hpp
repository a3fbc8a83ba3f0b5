#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A session's face on the wire.

#include "proto/messages.hpp"
#include "src/session/keeper.hpp"

namespace sgauth {

proto::session_info view(
    const session& s, const session_table& table, const session_sight& seen, wall_time wall
);
// As it is now.
proto::session_info view(const session& s, const session_table& table, const keeper& keeping, wall_time wall);

// The wire's words for a state, and for what the table tells.
std::string_view word_for(session_state state) noexcept;
std::string_view word_for(session_event event) noexcept;

}  // namespace sgauth
