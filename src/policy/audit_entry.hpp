#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One line of the audit ledger: what happened, to which session, and which process asked. A value. Its fields
// are those of AuditEntry in proto/io.sgauth.Agent.varlink, where their meaning is; the ledger's file has the
// same members and one more (audit_chain.hpp).

#include "proto/audit_messages.hpp"
#include "src/policy/caller.hpp"

#include <string>

namespace sgauth {

using audit_entry = proto::audit_entry;

// An entry about this caller. Foreign bytes are written as proto::printable does: what is no UTF-8 as \xNN,
// control and bidirectional characters as \u{...}, cut at 1000 bytes. Where its program cannot be relied on,
// that and why is the reason.
audit_entry entry_about(std::string_view event, const caller& who);

// What happened, for people: "jane @ https://x: session_token handed out to /usr/bin/maya (pid 12)".
std::string sentence_of(const audit_entry& e);

}  // namespace sgauth
