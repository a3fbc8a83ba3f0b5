#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// What is on record, page by page.
class audit {
public:
    explicit audit(agent_state& state) : state_(state) {}
    boost::asio::awaitable<answer<proto::audit_reply>> operator()(caller who, proto::audit_call call);

private:
    agent_state& state_;
};

}  // namespace sgauth
