#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Follows the vault: when it locks, whoever locked it, every credential leaves memory; when it opens, the
// sessions come back.

#include "src/agent/session_sink.hpp"
#include "src/agent/state.hpp"
#include "src/login/login_desk.hpp"

namespace sgauth {

class vault_follower {
public:
    // All outlive it and every task of `state.tasks`.
    vault_follower(agent_state& state, session_sink& sink, login_desk& logins);

    // Called at each change of the vault's lock, and once after its start.
    void follow();

private:
    boost::asio::awaitable<void> restore();

    agent_state& state_;
    session_sink& sink_;
    login_desk& logins_;
};

}  // namespace sgauth
