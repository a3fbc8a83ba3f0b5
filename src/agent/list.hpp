#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// All sessions, by site, then user.
class list {
public:
    explicit list(agent_state& state) : state_(state) {}
    answer<proto::list_reply> operator()(const caller& who) const;

private:
    agent_state& state_;
};

}  // namespace sgauth
