#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What would happen if that process asked, and why: the rules first, then all else that keeps a credential
// back.

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"
#include "src/policy/decide.hpp"
#include "src/policy/process_lookup_unix.hpp"

#include <optional>

namespace sgauth {

class test_policy {
public:
    explicit test_policy(agent_state& state) : state_(state) {}
    answer<proto::test_policy_reply> operator()(const caller& who, const proto::test_policy_call& call) const;

private:
    struct question;
    answer<question> read_question(const proto::test_policy_call& call) const;
    verdict judge(
        const caller& who, const found_process& found, const process_facts& facts, const question& asked
    ) const;
    std::optional<proto::error_reply> kept_back(const question& asked) const;

    agent_state& state_;
};

}  // namespace sgauth
