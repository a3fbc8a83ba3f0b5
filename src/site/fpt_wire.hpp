#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The requests that we send to a site, byte for byte as facts/fptr.md A.2 to A.5 and C.7 give them. Pure; the
// answers are reply_parser's.

#include "proto/secret.hpp"
#include "src/site/http_message.hpp"

#include <string_view>

namespace sgauth::fpt {

enum class person_key { login, email };

http_request info();
// get_session_token; `code` may be null. Marked as never to be sent again.
http_request session_token_for(std::string_view login, const password& secret, const one_time_code* code);
// The same with a script's name and key.
http_request session_token_by_key(std::string_view name, const script_key& key);
// The keep-alive read of A.5.
http_request probe(const session_token& token);
// The HumanUser whose login, or e-mail, is `value`.
http_request person(person_key key, std::string_view value, const session_token& token);
// The ApiUser of that name, asked with its own key.
http_request script(std::string_view name, const script_key& key);

// The calls that carry the token as a cookie (C.7, C.8); only for a token that fits_in_a_cookie.
http_request life(const session_token& token);
http_request prolong(const session_token& token);
http_request log_out(const session_token& token);
// False for a token with a character that would end the cookie or the header (RFC 6265 4.1.1).
bool fits_in_a_cookie(const session_token& token) noexcept;

}  // namespace sgauth::fpt
