#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/session_sink.hpp"
#include "src/agent/state.hpp"
#include "src/login/login_desk.hpp"

namespace sgauth {

// The vault's key where it is kept, then the files: for some seconds at most. errc::timed_out: a keyring or a
// disk hangs, and the vault goes on with it.
boost::asio::awaitable<result<void>> wipe_store(agent_state& state);

// SIGUSR1 (DESIGN.md 5): every credential goes: the vault's key where it is kept, the files, memory. No site
// is told anything, now or later, and nothing that was under way brings one back. May suspend, for the key's
// place, some seconds at most. errc::failed, errc::timed_out: memory is empty, and something that is stored
// stayed.
boost::asio::awaitable<result<void>> wipe_everything(
    agent_state& state, session_sink& sink, login_desk& logins
);

}  // namespace sgauth
