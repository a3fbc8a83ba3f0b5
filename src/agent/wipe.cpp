// SPDX-License-Identifier: Apache-2.0
#include "src/agent/wipe.hpp"

#include "src/base/log.hpp"

namespace sgauth {

boost::asio::awaitable<void> wipe_everything(agent_state& state, session_sink& sink, login_desk& logins)
{
    const auto wiped = co_await state.store.wipe();
    if (!wiped)
        log::error("the vault is not wiped: {}", wiped.error().detail);
    state.revoking.wipe_all();
    state.keeping.recall();
    sink.wipe();
    logins.wipe();
    state.asking.forget();
    // What came in while the key was being taken away.
    if (const auto again = co_await state.store.wipe(); !again && wiped)
        log::error("the vault is not wiped: {}", again.error().detail);
}

}  // namespace sgauth
