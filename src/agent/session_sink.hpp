#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where a login's success goes: the vault first, then, once it is known whose it is, the session table.

#include "src/agent/state.hpp"
#include "src/login/login_sink.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace sgauth {

class session_sink final : public login_sink {
public:
    // `state` outlives this and every coroutine that it made.
    explicit session_sink(agent_state& state) : state_(state) {}

    // Drops what is not complete, at once and without a word to any site.
    void wipe() { incomplete_.clear(); }

    std::uint64_t era() const override { return state_.table.era(); }
    awaitable<void> open_keyring(std::function<void()> asks) override;
    awaitable<result<stored_session>> store(new_session made) override;
    awaitable<result<proto::session_info>> complete(completion known) override;
    std::optional<proto::session_info> find_usable(
        const site_url& site, const std::optional<std::string>& user, login_kind kind
    ) const override;
    std::optional<site_url> default_site() const override;
    awaitable<result<proto::session_info>> make_default(std::string id) override;

private:
    const session* same_user(const session& s) const;
    proto::session_info seen(const session& s) const;

    agent_state& state_;
    std::map<std::string, session> incomplete_;  // durable, and not yet anybody's
};

}  // namespace sgauth
