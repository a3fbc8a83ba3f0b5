#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The patterns of rules. Not fnmatch: it takes exponential time for some, knows no `**`, and reads a
// backslash, which systemd's unit names are full of, as an escape.

#include <string_view>

namespace sgauth {

// Whether the whole text fits: `*` is any run without a slash, `**` any run, `?` any one byte but a slash;
// everything else is itself. Takes the product of both lengths at the most.
bool fits_glob(std::string_view text, std::string_view glob);

}  // namespace sgauth
