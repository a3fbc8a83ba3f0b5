#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a front end asks of a login, and how the desk refuses what it was asked. Plain values.

#include "src/site/site_url.hpp"

#include <optional>
#include <string>

namespace sgauth {

enum class login_kind { human, script };

struct login_request {
    std::optional<site_url> site;
    std::optional<std::string> user;          // a person's login
    std::optional<std::string> script;        // log a script in instead; its name, asked for when empty
    std::optional<std::string> method;        // password | browser
    std::optional<std::string> hinted_login;  // what to offer as the user; decides nothing
    bool make_default = false;
    bool again = false;       // also when a usable session is there
    bool share_key = false;   // a script's: hand the key out
    bool may_prompt = false;  // a locked keyring may ask the person to open it
};

inline login_kind kind_of(const login_request& request)
{
    return request.script ? login_kind::script : login_kind::human;
}

// Why a call on a login came to nothing. How a login itself ends is a step.
enum class login_refusal {
    no_such_login,  // unknown, over, or another process's: the same, so that ids cannot be tried
    cancelled,      // ended meanwhile by its own process
    bad_parameter,  // `parameter` names it
    busy,           // too many logins at a time
};

struct login_fault {
    login_refusal kind = login_refusal::no_such_login;
    std::string parameter;  // with bad_parameter: the wire's name of it
    std::string detail;     // for people
};

}  // namespace sgauth
