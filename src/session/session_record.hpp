#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A session as the vault keeps it: its credential is the record's secret, all else is a note in JSON, which
// can be read while the vault is locked. `revoked` marks one that is kept for nothing but logging it out at
// its site, and since when.

#include "src/base/error.hpp"
#include "src/session/session.hpp"
#include "src/vault/vault.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sgauth {

// The record of which site is the default one: a note of its own.
inline constexpr std::string_view chosen_site_record = "chosen-site";
vault_record write_chosen_site(const site_url& site);
std::optional<site_url> read_chosen_site(std::string_view note);

struct session_record {
    session held;
    bool is_default = false;
    bool is_revoked = false;
    std::optional<wall_time> revoked_at;    // not of earlier versions
    std::optional<std::int64_t> key_bytes;  // of the record's secret; what follows is a token
};

// Of a confined script with the token that was made of its key last, where it has one; a revoked one's with
// that alone.
vault_record write_record(
    const session& s, bool is_default, std::optional<wall_time> revoked_at = std::nullopt
);

// As the session would be written with this token, which the site has just made of its key.
vault_record write_minted(
    const session& s, bool is_default, const session_token& token, std::int64_t generation
);

// The site and the credential: a person's token, a script's key. What a revoke takes away is that, and not
// the same key at another site, nor only the record that has a token beside it.
vault_secret credential_mark(const vault_record& record);

// Reads one back, without its credential where the record has none. `now` and `wall` place the login's age on
// this boot's clock; the session is not verified, whatever it was. errc::failed: no record of ours, or of a
// later version.
result<session_record> read_record(const vault_record& record, boot_time now, wall_time wall);
result<session_record> read_note(std::string_view note, boot_time now, wall_time wall);

}  // namespace sgauth
