// SPDX-License-Identifier: Apache-2.0
//
// The tokens of confined scripts, in the table.

#include "src/session/confined_script.hpp"
#include "src/session/session_table.hpp"

#include <utility>

namespace sgauth {

bool session_table::lost_token(std::string_view id, std::int64_t generation)
{
    session* s = current(id, generation);
    if (!s || !is_confined(*s) || s->past.end != end_reason::none)
        return false;
    s->token.clear();
    s->past.verified.reset();
    return true;
}

bool session_table::minted(
    std::string_view id,
    std::int64_t generation,
    std::int64_t next,
    session_token token,
    const moment& at,
    wall_time wall
)
{
    session* s = current(id, generation);
    if (!s || s->is_sealed || !lacks_token(*s))
        return false;
    s->token = std::move(token);
    s->generation = next;
    s->site_expires.reset();
    return verified(id, s->generation, at, wall);
}

}  // namespace sgauth
