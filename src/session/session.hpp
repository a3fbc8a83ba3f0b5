#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A session: a site, a user, a credential, and what is known of its life (DESIGN.md 2). A value;
// session_table owns them. Its face on the wire is agent/session_view, its form on disk session_record.

#include "proto/secret.hpp"
#include "src/session/renewal_policy.hpp"
#include "src/site/site_url.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sgauth {

enum class session_kind { human, script };

struct session {
    explicit session(site_url where) : site(std::move(where)) {}

    std::string id;  // public, random, never reused
    site_url site;
    session_kind kind = session_kind::human;
    std::string user;                  // the login as the site spells it, or the script's name
    std::int64_t user_id = 0;          // HumanUser id; 0 where the site did not tell
    std::vector<std::string> aliases;  // folded: other names that mean this user
    std::int64_t generation = 0;       // rises whenever the credential changes

    session_token token;  // human; empty once the session has ended. Confined script: minted from the key
    script_key key;       // script
    // Script: its key is what it hands out; else it is confined, and hands out tokens (confined_script.hpp).
    bool shares_key = true;
    std::int64_t key_generation = 0;  // script: that its key came with; what is above is of minted tokens

    bool is_sealed = false;  // the vault is locked, and its credential in there alone

    // Records that hold its credential under other ids, from a login whose record could not be moved here.
    // Whoever erases its own record erases these.
    std::vector<std::string> leftovers;

    wall_time created{};
    std::optional<wall_time> verified_wall;  // for people; decisions use past.verified
    std::optional<wall_time> site_expires;   // as the site last told, where it does
    session_past past;
};

// A login as it is compared: trimmed and in lower case (ASCII; a site compares the rest byte by byte).
std::string fold(std::string_view login);

}  // namespace sgauth
