// SPDX-License-Identifier: Apache-2.0
#include "src/session/confined_script.hpp"

namespace sgauth {

bool is_confined(const session& s)
{
    return s.kind == session_kind::script && !s.shares_key;
}

bool gives_token(const session& s)
{
    return s.kind == session_kind::human || is_confined(s);
}

bool lacks_token(const session& s)
{
    return is_confined(s) && s.token.empty() && s.past.end == end_reason::none;
}

site_question question_for(const session& s)
{
    if (s.is_sealed || s.past.end != end_reason::none)
        return site_question::none;
    if (lacks_token(s))
        return site_question::mint_token;
    return gives_token(s) ? site_question::probe_token : site_question::check_key;
}

}  // namespace sgauth
