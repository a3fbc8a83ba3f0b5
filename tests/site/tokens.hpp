#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Random identifiers and the JWTs of the REST API (HS256, facts/fptr.md C.3).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

// Twice as many lowercase hex digits as `bytes`. Throws std::runtime_error without randomness.
std::string random_hex(std::size_t bytes);

std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

std::string sign_jwt(std::string_view payload_json, std::string_view key);
// The payload if the signature is right; does not look at `exp`.
std::optional<std::string> verify_jwt(std::string_view token, std::string_view key);

}  // namespace sgauth::stand_in
