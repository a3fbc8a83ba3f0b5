#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

#include <string>
#include <vector>

namespace sgauth {

// Takes sessions away: DESIGN.md 4.4.
class revoke {
public:
    explicit revoke(agent_state& state) : state_(state) {}
    boost::asio::awaitable<answer<proto::revoke_reply>> operator()(caller who, proto::revoke_call call);

private:
    answer<std::vector<std::string>> matching(const proto::revoke_call& call) const;

    agent_state& state_;
};

}  // namespace sgauth
