// SPDX-License-Identifier: Apache-2.0
#include "src/agent/list.hpp"

#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/policy/authorise.hpp"

namespace sgauth {

answer<proto::list_reply> list::operator()(const caller& who) const
{
    if (const auto leave = authorise(who, request_kind::administer, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    proto::list_reply reply;
    for (const session* s : state_.table.all())
        if (authorise(who, request_kind::administer, s, {}))
            reply.sessions.push_back(view(*s, state_.table, state_.keeping, state_.time.wall()));
    return reply;
}

}  // namespace sgauth
