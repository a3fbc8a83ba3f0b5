#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One full and one bare value of each message, for the tests of the codec.

#include "proto/messages.hpp"

#include <vector>

namespace sgauth::proto::samples {

inline session_info full_session()
{
    session_info s;
    s.id = "s-1";
    s.site = "https://x.example";
    s.kind = kind::human;
    s.user = "jane \"q\" d\xc3\xb6";
    s.state = state::expired;
    s.reason = "max_age";
    s.is_default = true;
    s.created_at = 1'700'000'000;
    s.verified_at = 1'700'000'001;
    s.expires_at = INT64_MAX;
    s.generation = 7;
    return s;
}

// Optional fields left out.
inline session_info bare_session()
{
    session_info s;
    s.id = "s-2";
    s.site = "https://x.example";
    s.kind = kind::script;
    s.user = "robot";
    s.state = state::valid;
    return s;
}

inline step full_step()
{
    step s;
    s.kind = step_kind::choice;
    s.field = login_field::site;
    s.preset = "https://x.example";
    s.choices = {{"a", "A"}, {"b", "B"}};
    s.url = "https://x.example/login?id=1";
    s.session = full_session();
    s.error = "Refused";
    s.message = "again";
    s.foreign = "nein\x01\xff";
    return s;
}

inline step bare_step()
{
    step s;
    s.kind = step_kind::wait;
    return s;
}

inline status_reply full_status()
{
    status_reply r;
    r.version = "0.1.0";
    r.pid = 12;
    r.started_at = 1'700'000'000;
    r.storage = "sealed on disk";
    r.locked = true;
    r.renewal_policy = "on-use";
    r.sessions = 2;
    r.connections = 3;
    r.default_site = "https://x.example";
    r.sites = {{"https://x.example", 2, 86'400, "assumed", "confirmed"}};
    r.settings = {{"site.timeout", "30s", "built in"}};
    r.problems = {"one", "two"};
    r.lock_reason = "locked by `sgauth lock`";
    r.passphrase = "needed";
    r.key_place = "keyring";
    r.key_place_why = "the settings say so";
    r.follows_desktop = true;
    return r;
}

inline audit_reply full_audit()
{
    audit_entry e;
    e.number = 7;
    e.at = 1'700'000'000;
    e.event = audit_event::handed_out;
    e.pid = 12;
    e.uid = 1000;
    e.executable = "/opt/maya \\xff";
    e.unit = "maya.scope";
    e.session = "s-1";
    e.site = "https://x.example";
    e.user = "jane";
    e.form = form::session_token;
    e.state = state::unverified;
    e.error = "Expired";
    e.reason = "why";
    e.count = 3;
    e.until = 1'700'000'059;
    audit_entry bare;
    bare.event = audit_event::opened;
    return {"both", {e, bare}, 8, "broken"};
}

inline get_credential_reply token_reply()
{
    get_credential_reply r;
    r.session = full_session();
    r.form = form::session_token;
    r.credential.token = session_token("t\"\\\n");
    return r;
}

inline get_credential_reply script_reply()
{
    get_credential_reply r;
    r.session = bare_session();
    r.form = form::script_key;
    r.credential.script_name = "robot";
    r.credential.script_key = script_key("k");
    return r;
}

inline get_credential_reply bearer_reply()
{
    get_credential_reply r;
    r.session = bare_session();
    r.form = form::bearer;
    r.credential.bearer = bearer_token("b");
    return r;
}

inline answer_call full_answer()
{
    answer_call c;
    c.login = "l-1";
    c.value = secret("p\xc3\xa4ss");
    c.timeout_ms = 5;
    return c;
}

inline answer_call bare_answer()
{
    answer_call c;
    c.login = "l-1";
    return c;
}

}  // namespace sgauth::proto::samples
