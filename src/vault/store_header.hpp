#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The store's header as a line of JSON. Anybody may have written what is read here: what does not hold
// together is no header.

#include "src/vault/store_image.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

std::string write_header(const store_header& header);
std::optional<store_header> read_header(std::string_view line);
// Also of a header that read_header() does not know.
std::optional<key_name> read_key_name(std::string_view line);

}  // namespace sgauth
