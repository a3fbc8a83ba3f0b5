#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// Changes the default site, or a site's default user.
class set_default {
public:
    explicit set_default(agent_state& state) : state_(state) {}
    // Durable when it replies. Cancelling ends only the wait.
    boost::asio::awaitable<answer<proto::set_default_reply>> operator()(
        caller who, proto::set_default_call call
    );

private:
    struct change;

    answer<change> make(const caller& who, const proto::set_default_call& call);

    agent_state& state_;
};

}  // namespace sgauth
