#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// `sgauth policy confirm`: the front end that a person answers at, in a terminal.

#include <string_view>

namespace sgauth::cli {

// Shows what is asked, until it is interrupted or the daemon goes away; returns the exit code.
int confirm_questions();

// Whether what was typed is a yes; everything else is a no.
bool is_yes(std::string_view typed) noexcept;

}  // namespace sgauth::cli
