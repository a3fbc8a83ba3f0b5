#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// Who the user is. Never asks the site and keeps nothing alive.
class get_user {
public:
    explicit get_user(agent_state& state) : state_(state) {}
    answer<proto::get_user_reply> operator()(const caller& who, const proto::get_user_call& call) const;

private:
    agent_state& state_;
};

}  // namespace sgauth
