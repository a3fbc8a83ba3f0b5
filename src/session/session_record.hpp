#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A session as the vault keeps it: one JSON text, secret as a whole. `revoked` marks one that is kept for
// nothing but logging it out at its site.

#include "src/base/error.hpp"
#include "src/session/session.hpp"
#include "src/vault/vault.hpp"

namespace sgauth {

struct session_record {
    session held;
    bool is_default = false;
    bool is_revoked = false;
};

vault_record write_record(const session& s, bool is_default, bool is_revoked);

// Reads one back. `now` and `wall` place the login's age on this boot's clock; the session is not verified,
// whatever it was. errc::failed: no record of ours, or of a later version.
result<session_record> read_record(const vault_record& record, boot_time now, wall_time wall);

}  // namespace sgauth
