#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A change of a site's default user concerns two records: with one of them unwritten there would be two
// defaults, or none, after a restart.

#include "src/agent/state.hpp"

#include <optional>
#include <string>

namespace sgauth {

// The id of the site's default session; nothing where there is none.
std::optional<std::string> default_id(const session_table& table, const site_url& site);

// Writes the session, and the one that was the default before if it has ceased to be. Durable on return;
// errc::failed as the vault has it.
boost::asio::awaitable<result<void>> save_default(
    session_saver& saving, std::string id, std::optional<std::string> former
);

}  // namespace sgauth
