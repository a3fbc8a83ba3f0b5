#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <vector>

namespace sgauth {

// Tells everybody who watches what happens to the sessions. A slow reader gets the newest state of a session,
// not each step on the way.
class watch {
public:
    // Listens to the table from here on; outlives every stream's use but not the table.
    watch(agent_state& state, boost::asio::any_io_executor executor);

    // A stream that begins with what there is now. Of each session the caller's leave is asked for, at each
    // event; without it nothing is told of it.
    std::unique_ptr<event_stream> operator()(const caller& who);

private:
    class stream;
    struct queue;

    void note(session_event event, const session& s);

    agent_state& state_;
    boost::asio::any_io_executor executor_;
    std::vector<std::weak_ptr<queue>> queues_;
};

}  // namespace sgauth
