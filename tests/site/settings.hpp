#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What kind of site the stand-in plays. Everything that the facts leave open, or that differs between sites,
// is a setting here; the names are those of the control channel and of README.md.

#include "proto/json.hpp"
#include "proto/json_writer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sgauth::stand_in {

struct site_settings {
    // What `info` says (facts/fptr.md A.3).
    std::vector<std::int64_t> version{8, 89, 0};
    std::string user_authentication_method = "default";  // default, ldap, saml2, oxygen
    bool unified_login_flow_enabled = true;
    bool authentication_app_session_launcher_enabled = true;
    std::int64_t api_max_entities_per_page = 500;
    bool info_in_results = false;  // wrap the answer of `info`
    std::string omit_info;         // a field of `info` to leave out, or several, with commas

    // A session's life (I).
    std::int64_t session_seconds = 86'400;
    std::int64_t slide_granularity_seconds = 0;
    bool read_slides = true;
    std::int64_t force_expires_seconds = 0;  // an end that use does not move; 0: none
    bool one_session_per_login = false;      // a new session ends the person's older ones

    // Password login (A.6, A.13).
    std::int64_t wrong_code_error = 102;  // or 106
    std::int64_t lockout_failures = 10;
    std::int64_t lockout_seconds = 3'600;
    bool people_visible = true;  // false: reads find nobody, and that is success

    // The web session by cookie (C.7, C.8).
    bool web_session = false;
    std::string expired_web_answer = "401";     // or "expired": 200 with expired true
    std::string expiration_reason = "session";  // or "license": the clock that the life's `expired` is of
    std::string logout = "absent";              // absent, ends, ignored

    // The App Session Launcher (B).
    std::int64_t launcher_seconds = 305;
    std::int64_t approve_after_polls = -1;  // -1: a person or the control channel decides
    std::string approve_as = "jane";
    std::string launcher_off_answer = "403json";  // 403json, 403html, 404
    std::string launcher_origin;                  // another origin for the url; empty: the site's own
    bool launcher_extra_fields = false;

    // The REST API (C).
    bool refresh_rotation = true;
    std::int64_t bearer_seconds = 600;
    std::int64_t refresh_seconds = 86'400;

    // Takes over the members of `object`; returns what is wrong, or empty. All or nothing.
    std::string apply(const proto::json_value& object);
    void write(proto::json_writer& out) const;
};

}  // namespace sgauth::stand_in
