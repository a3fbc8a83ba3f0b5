// SPDX-License-Identifier: Apache-2.0
#include "src/agent/vault_follower.hpp"

#include "src/base/log.hpp"

namespace sgauth {

vault_follower::vault_follower(agent_state& state, session_sink& sink, login_desk& logins)
    : state_(state), sink_(sink), logins_(logins)
{
}

void vault_follower::follow()
{
    if (!state_.store.locked()) {
        state_.tasks.spawn("restore", restore());
        return;
    }
    state_.revoking.lock();
    state_.keeping.recall();
    sink_.wipe();
    logins_.wipe();
    state_.asking.forget();
    state_.restoring.show_locked();
}

boost::asio::awaitable<void> vault_follower::restore()
{
    const auto restored = co_await state_.restoring.restore();
    if (!restored)
        log::error("the stored sessions do not come back: {}", restored.error().detail);
}

}  // namespace sgauth
