// SPDX-License-Identifier: Apache-2.0
#include "src/agent/wipe.hpp"

#include "src/base/deadline.hpp"
#include "src/base/log.hpp"

#include <utility>

namespace sgauth {

namespace {

// A keyring or a disk that hangs does not keep the credentials in memory.
constexpr std::chrono::seconds wiped_within{3};

boost::asio::awaitable<result<void>> wipe(vault& store)
{
    return store.wipe();
}

}  // namespace

boost::asio::awaitable<result<void>> wipe_store(agent_state& state)
{
    auto wiping = wipe(state.store);
    return with_deadline(std::move(wiping), wiped_within);
}

boost::asio::awaitable<result<void>> wipe_everything(
    agent_state& state, session_sink& sink, login_desk& logins
)
{
    auto wiped = co_await wipe_store(state);
    state.revoking.wipe_all();
    state.keeping.recall();
    sink.wipe();
    logins.wipe();
    state.asking.forget();
    // What came in while the key was being taken away.
    if (auto again = co_await wipe_store(state); !again)
        wiped = std::move(again);
    co_return wiped;
}

}  // namespace sgauth
