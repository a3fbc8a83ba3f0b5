#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// A tool says that the site rejected a credential. Only the site's own answer changes anything, and only news
// costs a question (DESIGN.md 4.2).
class report_rejected {
public:
    explicit report_rejected(agent_state& state) : state_(state) {}
    boost::asio::awaitable<answer<proto::report_rejected_reply>> operator()(
        caller who, proto::report_rejected_call call
    ) const;

private:
    agent_state& state_;
};

}  // namespace sgauth
