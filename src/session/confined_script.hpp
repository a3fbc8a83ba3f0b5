#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A confined script: one whose key never leaves the daemon. What it hands out is a session token that the
// site makes of the key (facts/fptr.md A.5): minted when it is first asked for, sealed with the key before
// anybody gets it, and minted anew when it has ended; the session ends with the key. Pure; session/keeper
// asks the site.

#include "src/session/session.hpp"

namespace sgauth {

bool is_confined(const session& s);
// Whether what it hands out is a session token; else it is a script's key.
bool gives_token(const session& s);
// Whether the token that it hands out has still to be minted.
bool lacks_token(const session& s);

// What the site is to be asked, to know whether it takes the session; nothing of one that is sealed or over.
enum class site_question { none, probe_token, check_key, mint_token };
site_question question_for(const session& s);

}  // namespace sgauth
