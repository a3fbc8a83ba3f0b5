// SPDX-License-Identifier: Apache-2.0
#include "src/agent/wipe.hpp"

#include "src/base/log.hpp"

namespace sgauth {

boost::asio::awaitable<void> wipe_everything(agent_state& state, session_sink& sink, login_desk& logins)
{
    state.revoking.wipe_all();
    state.keeping.recall();
    sink.wipe();
    logins.wipe();
    const auto stored = co_await state.store.load();
    if (!stored) {
        log::error("the vault cannot be wiped: {}", stored.error().detail);
        co_return;
    }
    for (const stored_record& one : *stored) {
        const auto erased = co_await state.store.erase(one.id);
        if (!erased)
            log::error("the vault cannot be wiped: {}", erased.error().detail);
    }
}

}  // namespace sgauth
