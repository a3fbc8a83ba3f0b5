#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// messages.hpp from and to the `parameters` of a Varlink message. Calls are read strictly (an unknown member
// is refused: a misspelt `user` must not yield the default's credential), replies leniently (new fields are
// allowed).

#include "proto/json.hpp"
#include "proto/messages.hpp"

#include <string>

namespace sgauth::proto {

// --- the daemon's side ---

// Reads a call's parameters (an object, or nothing). Returns the name of the parameter that is missing,
// unknown or of the wrong type; empty when all is well.
[[nodiscard]] std::string read(json_value parameters, get_user_call& out);
[[nodiscard]] std::string read(json_value parameters, get_credential_call& out);
[[nodiscard]] std::string read(json_value parameters, report_rejected_call& out);
[[nodiscard]] std::string read(json_value parameters, begin_login_call& out);
[[nodiscard]] std::string read(json_value parameters, answer_call& out);
[[nodiscard]] std::string read(json_value parameters, cancel_login_call& out);
[[nodiscard]] std::string read(json_value parameters, list_call& out);
[[nodiscard]] std::string read(json_value parameters, set_default_call& out);
[[nodiscard]] std::string read(json_value parameters, revoke_call& out);
[[nodiscard]] std::string read(json_value parameters, watch_call& out);
[[nodiscard]] std::string read(json_value parameters, lock_call& out);
[[nodiscard]] std::string read(json_value parameters, unlock_call& out);
[[nodiscard]] std::string read(json_value parameters, change_vault_call& out);
[[nodiscard]] std::string read(json_value parameters, status_call& out);
[[nodiscard]] std::string read(json_value parameters, test_policy_call& out);
[[nodiscard]] std::string read(json_value parameters, audit_call& out);
[[nodiscard]] std::string read(json_value parameters, watch_questions_call& out);
[[nodiscard]] std::string read(json_value parameters, answer_question_call& out);

// Appends a whole reply message, NUL included.
void write_message(std::string& out, const get_user_reply& reply);
void write_message(std::string& out, const get_credential_reply& reply);
void write_message(std::string& out, const report_rejected_reply& reply);
void write_message(std::string& out, const begin_login_reply& reply);
void write_message(std::string& out, const answer_reply& reply);
void write_message(std::string& out, const cancel_login_reply& reply);
void write_message(std::string& out, const lock_reply& reply);  // of Lock, Unlock and ChangeVault
void write_message(std::string& out, const list_reply& reply);
void write_message(std::string& out, const set_default_reply& reply);
void write_message(std::string& out, const revoke_reply& reply);
void write_message(std::string& out, const watch_reply& reply);  // with `continues`
void write_message(std::string& out, const status_reply& reply);
void write_message(std::string& out, const test_policy_reply& reply);
void write_message(std::string& out, const audit_reply& reply);
void write_message(std::string& out, const watch_questions_reply& reply);  // with `continues`
void write_message(std::string& out, const answer_question_reply& reply);
// An error of ours, or a standard one; its parameters are those that the interface's description gives it.
void write_message(std::string& out, const error_reply& error);

// --- the client's side ---

// Appends a whole call message, NUL included. watch_call asks for `more`.
void write_message(std::string& out, const get_user_call& call);
void write_message(std::string& out, const get_credential_call& call);
void write_message(std::string& out, const report_rejected_call& call);
void write_message(std::string& out, const begin_login_call& call);
void write_message(std::string& out, const answer_call& call);
void write_message(std::string& out, const cancel_login_call& call);
void write_message(std::string& out, const list_call& call);
void write_message(std::string& out, const set_default_call& call);
void write_message(std::string& out, const revoke_call& call);
void write_message(std::string& out, const watch_call& call);
void write_message(std::string& out, const lock_call& call);
void write_message(std::string& out, const unlock_call& call);
void write_message(std::string& out, const change_vault_call& call);
void write_message(std::string& out, const status_call& call);
void write_message(std::string& out, const test_policy_call& call);
void write_message(std::string& out, const audit_call& call);
void write_message(std::string& out, const watch_questions_call& call);  // asks for `more`
void write_message(std::string& out, const answer_question_call& call);

// Reads a reply's parameters. False if something that the interface promises is missing or of the wrong type.
[[nodiscard]] bool read(json_value parameters, get_user_reply& out);
[[nodiscard]] bool read(json_value parameters, get_credential_reply& out);
[[nodiscard]] bool read(json_value parameters, report_rejected_reply& out);
[[nodiscard]] bool read(json_value parameters, begin_login_reply& out);
[[nodiscard]] bool read(json_value parameters, answer_reply& out);
[[nodiscard]] bool read(json_value parameters, lock_reply& out);
[[nodiscard]] bool read(json_value parameters, list_reply& out);
[[nodiscard]] bool read(json_value parameters, set_default_reply& out);
[[nodiscard]] bool read(json_value parameters, revoke_reply& out);
[[nodiscard]] bool read(json_value parameters, watch_reply& out);
[[nodiscard]] bool read(json_value parameters, status_reply& out);
[[nodiscard]] bool read(json_value parameters, test_policy_reply& out);
[[nodiscard]] bool read(json_value parameters, audit_reply& out);
[[nodiscard]] bool read(json_value parameters, watch_questions_reply& out);
// Reads an error's parameters; what is not there stays empty.
void read_error(std::string_view qualified_name, json_value parameters, error_reply& out);

// --- for whoever shows them ---

class json_writer;
// Writes the session as DESIGN.md 5 gives it for `--json`: every field there, null where nothing is known.
void write(json_writer& out, const session_info& session);
void write(json_writer& out, const revoked& revoked);
void write(json_writer& out, const audit_entry& entry);

// --- for the ledger's file, whose lines are entries with a member more ---

void write_members(json_writer& out, const audit_entry& entry);
[[nodiscard]] bool read_members(json_value object, audit_entry& out);

}  // namespace sgauth::proto
