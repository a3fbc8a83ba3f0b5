#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// In which form a session's credential leaves: one for each session, in the wire's word for it.

#include "src/session/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

std::string_view form_of(const session& s);
std::vector<std::string> forms_of(const session& s);
// The first of the caller's forms that the session has; empty if none.
std::string_view choose_form(const session& s, const std::vector<std::string>& wanted);

}  // namespace sgauth
