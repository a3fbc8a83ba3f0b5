#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The calls and replies of io.sgauth.Agent as plain values, field by field as proto/io.sgauth.Agent.varlink
// says (read the meaning there). JSON is codec.hpp's business. Every call names its method; every reply fits
// its call.

#include "proto/audit_messages.hpp"
#include "proto/policy_messages.hpp"
#include "proto/question_messages.hpp"
#include "proto/secret.hpp"
#include "proto/words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::proto {

// --- types ---

struct session_info {
    std::string id;
    std::string site;
    std::string kind;
    std::string user;
    std::string state;
    std::optional<std::string> reason;
    bool is_default = false;
    std::int64_t created_at = 0;
    std::optional<std::int64_t> verified_at;
    std::optional<std::int64_t> expires_at;
    std::int64_t generation = 0;
};

struct credential {
    std::optional<sgauth::session_token> token;
    std::optional<std::string> script_name;
    std::optional<sgauth::script_key> script_key;
    std::optional<sgauth::bearer_token> bearer;
};

struct hints {
    std::optional<std::string> login;
    std::optional<std::string> method;
    std::optional<std::string> product;
    std::optional<std::string> seat;
};

struct choice {
    std::string value;
    std::string label;
};

struct step {
    std::string kind;
    std::optional<std::string> field;
    std::optional<std::string> preset;
    std::vector<choice> choices;  // absent on the wire when empty
    std::optional<std::string> url;
    std::optional<session_info> session;
    std::optional<std::string> error;
    std::optional<std::string> message;
    std::optional<std::string> foreign;
};

struct revoked {
    std::string id;
    std::string site;
    std::string user;
    std::string kind;
    std::string at_site;
    std::optional<std::int64_t> accepted_until;
};

struct site_status {
    std::string site;
    std::int64_t sessions = 0;
    std::int64_t idle_window_s = 0;
    std::string idle_window_from;
    std::string renewal;
};

struct setting {
    std::string key;
    std::string value;
    std::string source;
};

// --- calls and replies ---

struct get_user_call {
    static constexpr std::string_view method = "GetUser";
    std::optional<std::string> site;
    std::optional<std::string> user;
};
struct get_user_reply {
    session_info session;
};

struct get_credential_call {
    static constexpr std::string_view method = "GetCredential";
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::vector<std::string> forms;
    std::optional<std::int64_t> min_valid_s;
    std::optional<bool> prompt;
    std::optional<std::int64_t> timeout_ms;
};
struct get_credential_reply {
    session_info session;
    std::string form;
    sgauth::proto::credential credential;
};

struct report_rejected_call {
    static constexpr std::string_view method = "ReportRejected";
    std::string id;
    std::int64_t generation = 0;
    std::optional<std::int64_t> timeout_ms;
};
struct report_rejected_reply {
    session_info session;
};

struct begin_login_call {
    static constexpr std::string_view method = "BeginLogin";
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<std::string> login_method;  // `method` on the wire
    std::optional<std::string> script;
    std::optional<bool> make_default;  // `default` on the wire
    std::optional<bool> again;
    std::optional<bool> share_key;
    std::optional<bool> prompt;
    std::optional<sgauth::proto::hints> hints;
};
struct begin_login_reply {
    std::string login;
    sgauth::proto::step step;
};

struct answer_call {
    static constexpr std::string_view method = "Answer";
    std::string login;
    std::optional<sgauth::secret> value;
    std::optional<std::int64_t> timeout_ms;
};
struct answer_reply {
    sgauth::proto::step step;
};

struct cancel_login_call {
    static constexpr std::string_view method = "CancelLogin";
    std::string login;
};
struct cancel_login_reply {};

struct list_call {
    static constexpr std::string_view method = "List";
};
struct list_reply {
    std::vector<session_info> sessions;
};

struct set_default_call {
    static constexpr std::string_view method = "SetDefault";
    std::optional<std::string> site;
    std::optional<std::string> user;
};
struct set_default_reply {
    std::optional<session_info> session;
};

struct revoke_call {
    static constexpr std::string_view method = "Revoke";
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<std::string> id;
    std::optional<bool> all;
    std::optional<bool> local;
    std::optional<std::int64_t> timeout_ms;
};
struct revoke_reply {
    std::vector<sgauth::proto::revoked> revoked;
};

struct watch_call {
    static constexpr std::string_view method = "Watch";
};
struct watch_reply {
    std::string event;
    std::optional<session_info> session;
};

struct lock_call {
    static constexpr std::string_view method = "Lock";
    std::optional<vault_passphrase> passphrase;
};
// Of Lock, Unlock and ChangeVault.
struct lock_reply {};
struct unlock_call {
    static constexpr std::string_view method = "Unlock";
    std::optional<vault_passphrase> passphrase;
    std::optional<bool> prompt;
    std::optional<std::int64_t> timeout_ms;
};

struct change_vault_call {
    static constexpr std::string_view method = "ChangeVault";
    std::optional<std::string> place;
    std::optional<vault_passphrase> passphrase;
    std::optional<bool> reset;
};

struct status_call {
    static constexpr std::string_view method = "Status";
};
struct status_reply {
    std::string version;
    std::int64_t pid = 0;
    std::int64_t started_at = 0;
    std::string storage;
    bool locked = false;
    std::string renewal_policy;
    std::int64_t sessions = 0;
    std::int64_t connections = 0;
    std::optional<std::string> default_site;
    std::vector<site_status> sites;
    std::vector<setting> settings;
    std::vector<std::string> problems;
    std::optional<std::string> lock_reason;
    std::optional<std::string> passphrase;
    std::optional<std::string> key_place;
    std::optional<std::string> key_place_why;
    std::optional<bool> follows_desktop;
};

// An error as it travels: `name` without its interface where it is ours, with it where it is another's. All
// parameters that any of our errors has; each error carries those that the .varlink file gives it.
struct error_reply {
    std::string name;
    std::string message;
    std::string foreign;
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<session_info> session;
    std::vector<std::string> items;  // choices, or forms
    std::optional<std::int64_t> longest_s;
    std::optional<std::int64_t> retry_at;
    std::string subject;  // the standard errors' one parameter: an interface, method or parameter
};

}  // namespace sgauth::proto
