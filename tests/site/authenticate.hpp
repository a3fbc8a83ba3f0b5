#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Who is asking: the one rule behind JSON-RPC's auth dictionary (facts/fptr.md A.4), REST's grants and the
// login page.

#include "tests/site/model.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

struct credentials {
    std::optional<std::string_view> login, password, code;
    std::optional<std::string_view> script_name, script_key;
    std::optional<std::string_view> session_token;
    std::optional<std::string_view> sudo_as_login;
    bool reject_if_expired = true;
};

struct identity {
    account_kind kind = account_kind::human;
    std::int64_t id = 0;
    std::string login;                  // or the script's name
    std::string_view auth_type;         // as a bearer's claim says it
    session_record* session = nullptr;  // if a session token was shown
};

std::expected<identity, api_fault> authenticate(site_model& site, const credentials& shown);
// A session token for who was authenticated: the one that was shown, or a new one.
std::string session_for(site_model& site, const identity& who);

}  // namespace sgauth::stand_in
