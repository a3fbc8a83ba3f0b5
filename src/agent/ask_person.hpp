#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// The front ends' side of what a rule wants confirmed.
class ask_person {
public:
    explicit ask_person(agent_state& state) : state_(state) {}
    answer<std::unique_ptr<question_stream>> watch(const caller& who);
    answer<proto::answer_question_reply> take(const caller& who, const proto::answer_question_call& call);

private:
    agent_state& state_;
};

}  // namespace sgauth
