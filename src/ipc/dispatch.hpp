#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One Varlink message in, the agent's answer out: finds the method, checks that this peer may call it, reads
// the parameters, writes the reply. Knows bytes and JSON, no sockets; what the calls mean is the agent's
// business.

#include "proto/json.hpp"
#include "src/agent/agent.hpp"
#include "src/base/error.hpp"
#include "src/ipc/conversation.hpp"
#include "src/ipc/message_stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::ipc {

// A reply, whole and with its NUL, that takes a while. Its bytes may hold secrets: wipe them when they are
// sent.
using late_reply = boost::asio::awaitable<result<std::string>>;

// What became of a message.
struct outcome {
    enum class kind {
        answered,   // the reply, if there is one, is written
        malformed,  // no call at all: there is nothing to answer, close the connection
        waits,      // run `reply` and send what it returns
        streams,    // send what `events` yields until the peer is gone
    };
    kind what = kind::answered;
    bool oneway = false;  // of a call that waits: its reply is not sent
    std::optional<late_reply> reply;
    std::unique_ptr<message_stream> events;
};

class dispatcher {
public:
    // Refers to both for as long as it lives. `version` is told by GetInfo.
    dispatcher(agent& daemon, std::string version, std::function<std::size_t()> connections);

    // Takes one message, without its NUL, from `from`, which has to outlive the reply that waits. Appends to
    // `out`.
    outcome handle(conversation& from, std::string_view message, std::string& out);
    // Whether who connects has to be looked at while it is still what connected.
    // Whether it matters to anybody which program connected.
    bool wants_programs() const { return agent_.judges_programs() || agent_.records_programs(); }
    // Ends what was begun over a connection that is gone.
    void end(conversation& gone);

private:
    outcome handle(conversation& from, proto::json_value message, std::string& out);

    agent& agent_;
    std::string version_;
    std::function<std::size_t()> connections_;
    proto::json_document document_;  // one for all: nothing suspends while it is in use
};

}  // namespace sgauth::ipc
