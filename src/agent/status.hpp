#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// The daemon itself: how it stores, how it renews, what is wrong.
class status {
public:
    explicit status(agent_state& state) : state_(state), started_(state.time.wall()) {}
    answer<proto::status_reply> operator()(const caller& who) const;

private:
    proto::site_status of_site(const site_url& site) const;

    agent_state& state_;
    wall_time started_;
};

}  // namespace sgauth
