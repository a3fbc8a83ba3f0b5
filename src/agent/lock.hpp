#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

namespace sgauth {

// Lock: drops every credential and the vault's key. What has to be dropped is, by vault_follower, whether the
// caller still waits or not.
class lock {
public:
    explicit lock(agent_state& state) : state_(state) {}
    boost::asio::awaitable<answer<proto::lock_reply>> operator()(caller who, proto::lock_call call);

private:
    agent_state& state_;
};

// Unlock: opens the vault by its key's place or a passphrase, and brings the sessions back. Suspends while a
// person is asked, if the call allows that.
class unlock {
public:
    explicit unlock(agent_state& state) : state_(state) {}
    boost::asio::awaitable<answer<proto::lock_reply>> operator()(caller who, proto::unlock_call call);

private:
    agent_state& state_;
};

// ChangeVault: another place for the vault's key, or another key, or a new store.
class change_vault {
public:
    explicit change_vault(agent_state& state) : state_(state) {}
    boost::asio::awaitable<answer<proto::lock_reply>> operator()(caller who, proto::change_vault_call call);

private:
    agent_state& state_;
};

}  // namespace sgauth
