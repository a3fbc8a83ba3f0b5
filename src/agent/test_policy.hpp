#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What would happen if that process asked, and why.

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

class test_policy {
public:
    explicit test_policy(agent_state& state) : state_(state) {}
    answer<proto::test_policy_reply> operator()(const caller& who, const proto::test_policy_call& call) const;

private:
    agent_state& state_;
};

}  // namespace sgauth
