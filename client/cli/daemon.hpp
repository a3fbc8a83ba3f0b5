#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Which daemon a command asks, and how long it waits for an answer.

#include "client/cli/options.hpp"
#include "client/cli/report.hpp"
#include "client/lib/channel.hpp"

#include <chrono>

namespace sgauth::cli {

// The person's own daemon, or with --for-user another's, which only root may ask and nobody starts.
[[nodiscard]] bool find_daemon(
    const arguments& given, client::autostart start, client::target& out, client::call_failure& why
);

// A call that is answered at once: starting the daemon takes 10 s at most (client/lib/start_unix.hpp).
inline constexpr std::chrono::seconds at_once{15};
// A call for which the daemon asks a site: its own limit for that is 30 s, before it the start.
inline constexpr std::chrono::seconds with_site{45};
// An answer in a login: the site is asked several things in a row, a revoke asks several sites.
inline constexpr std::chrono::seconds with_sites{120};
// How much earlier than we the daemon gives up, so that its word comes first.
inline constexpr std::chrono::seconds head_start{12};

client::time_point deadline_in(std::chrono::seconds limit) noexcept;
// What to tell the daemon as timeout_ms where we wait for `limit`.
std::int64_t timeout_ms(std::chrono::seconds limit) noexcept;

as form_of(const arguments& given) noexcept;
// Says it as the arguments want it, and with --for-user without advice on one's own daemon.
int report(const client::call_failure& why, const arguments& given);

// "jane @ https://studio.example.com", fit for a terminal.
std::string name_of(std::string_view user, std::string_view site);
std::string name_of(const proto::session_info& session);
// Why it is expired or unverified, in words; empty if nothing is known.
std::string reason_of(const proto::session_info& session);
// On stderr: the credential may not work, and why.
void warn_if_unverified(const proto::session_info& session);

}  // namespace sgauth::cli
