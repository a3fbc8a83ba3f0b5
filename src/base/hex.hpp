#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Bytes as lower-case hexadecimal, as ids, salts and hashes stand in files. Not for secrets: nothing is
// wiped.

#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

std::string to_hex(std::string_view bytes);
// Nothing if it is not hexadecimal of whole bytes, in lower case.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace sgauth
