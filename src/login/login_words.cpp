// SPDX-License-Identifier: Apache-2.0
#include "src/login/login_words.hpp"

#include <algorithm>

namespace sgauth {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

}  // namespace

std::string trimmed(std::string_view typed)
{
    const auto first = typed.find_first_not_of(blanks);
    if (first == typed.npos)
        return {};
    return std::string(typed.substr(first, typed.find_last_not_of(blanks) - first + 1));
}

bool is_fit(std::string_view text)
{
    return !text.empty() && text.size() <= max_text_answer_bytes && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

std::string password_note(std::string_view login_method)
{
    if (login_method == "saml2")
        return "this site uses single sign-on and may take no password";
    if (login_method == "oxygen")
        return "this site uses Autodesk Identity: it takes the passphrase of a personal access token, "
               "not the Autodesk password";
    return {};
}

std::string_view why_never(refusal kind)
{
    if (kind == refusal::password_not_allowed)
        return "this site uses single sign-on and takes no password; "
               "a login by browser is not available in this version";
    return "this site uses Autodesk Identity and does not take the Autodesk password; "
           "make a personal access token in your Autodesk account, bind it to a login and passphrase in your "
           "account settings at the site, and log in with that passphrase";
}

}  // namespace sgauth
