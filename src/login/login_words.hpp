#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What people type into a login, made fit, and what they are told about passwords that a site does not take.
// Pure.

#include "src/site/site_verdict.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sgauth {

// Longer than any login, script name or site address that a site takes.
inline constexpr std::size_t max_text_answer_bytes = 512;

// Without the blanks around it.
std::string trimmed(std::string_view typed);
// Whether it can be a name or an address: not empty, not too long, no control characters.
bool is_fit(std::string_view text);

// A word of warning to go with the question, where a site hardly takes passwords (facts/fptr.md A.13); else
// empty. `login_method` is the site's own word.
std::string password_note(std::string_view login_method);
// Why a site takes no password and what to do instead; for password_not_allowed and token_needed.
std::string_view why_never(refusal kind);

}  // namespace sgauth
