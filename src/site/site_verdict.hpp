#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a site says: its refusals, who somebody is, how long a session lives. Plain values; what it did not
// say for certain is site_trouble.hpp's.

#include "src/base/instant.hpp"
#include "src/site/site_trouble.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace sgauth {

// The site's explicit refusals. Chosen by error_code alone (facts/fptr.md A.6).
enum class refusal {
    rejected,     // 102: session dead, wrong password or code, wrong key
    code_needed,  // 106: the password was right, a one-time code is wanted (or the one sent was wrong)
    password_not_allowed,  // 108: single sign-on
    token_needed,          // 110: Autodesk Identity, a personal access token is wanted
};

struct site_refusal {
    refusal kind = refusal::rejected;
    std::string foreign;  // the site's message, raw, cut to 1 KiB
};

struct site_info {
    std::string version;       // "8.89.0"
    std::string login_method;  // default, ldap, saml2, oxygen, or empty: not said
    bool has_unified_login = false;
    bool has_browser_login = false;  // the App Session Launcher
};

// Who a credential belongs to.
struct site_identity {
    std::int64_t id = 0;  // HumanUser or ApiUser id
    std::string login;    // HumanUser.login, or ApiUser.firstname
    std::string email;    // may be empty
};

// GET /internal_api/session (facts/fptr.md C.7), where a site has it.
struct session_life {
    wall_time created_at{};
    wall_time expires_at{};
    std::optional<wall_time> forced_end;
    bool expired = false;
};

// A session's life as the site tells it without prolonging it.
enum class life_word { unknown, alive, dead };  // unknown: this site has no such call
struct life_answer {
    life_word word = life_word::unknown;
    std::optional<session_life> life;  // with `alive`; with `dead` where the site still tells it
};

// Either what was asked for or the site's refusal, inside an answer that may be trouble instead.
template <class T>
using site_verdict = site_answer<std::expected<T, site_refusal>>;

}  // namespace sgauth
