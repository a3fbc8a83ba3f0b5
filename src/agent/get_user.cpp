// SPDX-License-Identifier: Apache-2.0
#include "src/agent/get_user.hpp"

#include "src/agent/choose.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/policy/authorise.hpp"

namespace sgauth {

answer<proto::get_user_reply> get_user::operator()(const caller& who, const proto::get_user_call& call) const
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    const auto chosen = choose_session(state_, call.site, call.user);
    if (!chosen)
        return std::unexpected(chosen.error());
    if (const auto leave = authorise(who, request_kind::use, *chosen, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    return proto::get_user_reply{view(**chosen, state_.table, state_.keeping, state_.time.wall())};
}

}  // namespace sgauth
