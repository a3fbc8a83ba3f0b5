#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// Changes the default site, or a site's default user.
class set_default {
public:
    explicit set_default(agent_state& state) : state_(state) {}
    answer<proto::set_default_reply> operator()(const caller& who, const proto::set_default_call& call);

private:
    void remember(const session& s);

    agent_state& state_;
};

}  // namespace sgauth
