#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Entries of the ledger as records of systemd's journal, with fields to search by: SGAUTH_EVENT, SGAUTH_SITE,
// SGAUTH_USER, SGAUTH_EXE, SGAUTH_PID, SGAUTH_UNIT, SGAUTH_SESSION, SGAUTH_FORM, SGAUTH_ERROR, SGAUTH_COUNT.
// By the documented native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), which systemd promises to keep: one
// datagram, for which the daemon need not carry libsystemd. Our records are far below the size from which it
// asks for a sealed memfd instead.

#include "src/base/error.hpp"
#include "src/policy/audit_entry.hpp"

#include <string>

namespace sgauth {

inline constexpr const char* journal_socket = "/run/systemd/journal/socket";

// The datagram.
std::string journal_message(const audit_entry& e);

// Sends it to the socket at `path`; blocks for a second at most, where journald does not read. errc::failed:
// it was not taken, and why.
result<void> send_to_journal(const std::string& path, const audit_entry& e);

}  // namespace sgauth
