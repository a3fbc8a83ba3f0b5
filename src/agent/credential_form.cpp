// SPDX-License-Identifier: Apache-2.0
#include "src/agent/credential_form.hpp"

#include "proto/words.hpp"
#include "src/session/confined_script.hpp"

#include <algorithm>

namespace sgauth {

std::string_view form_of(const session& s)
{
    return gives_token(s) ? proto::form::session_token : proto::form::script_key;
}

std::vector<std::string> forms_of(const session& s)
{
    return {std::string(form_of(s))};
}

std::string_view choose_form(const session& s, const std::vector<std::string>& wanted)
{
    const std::string_view has = form_of(s);
    return std::ranges::find(wanted, has) == wanted.end() ? std::string_view() : has;
}

}  // namespace sgauth
