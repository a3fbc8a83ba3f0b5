#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Which site and which session a request means (DESIGN.md 2, "default").

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

#include <optional>
#include <string>

namespace sgauth {

// The argument, the stored choice, the setting site.default, the only site there is; else Ambiguous, or
// NoSession where there is no site at all.
answer<site_url> choose_site(const agent_state& state, const std::optional<std::string>& site);

// The session of that site and user, Ambiguous where several go by that name; without a user the site's
// default. The pointer is good until the next
// suspension.
answer<const session*> choose_session(
    const agent_state& state, const std::optional<std::string>& site, const std::optional<std::string>& user
);

}  // namespace sgauth
