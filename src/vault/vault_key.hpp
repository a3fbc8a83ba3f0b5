#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The vault's cryptography, all of it OpenSSL's: AES-256-GCM under keys of 32 bytes, and what is derived from
// a key to tell it apart. Sealed bytes are nonce, ciphertext and tag, in that order. A failure of OpenSSL
// itself (no memory, no randomness) is thrown as std::runtime_error and ends the operation.

#include "proto/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

using vault_key = secret_of<struct vault_key_kind>;
using vault_secret = secret_of<struct vault_secret_kind>;

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;

vault_key random_key();

// Under a fresh random nonce. `with` is authenticated, not encrypted. The key is a fresh one for each file
// (store_image) or used a handful of times: random nonces of 96 bits are far from meeting.
std::string seal(const vault_key& key, std::string_view with, std::string_view plain);
// Nothing: another key, or not these bytes, or not with these.
std::optional<vault_secret> unseal(const vault_key& key, std::string_view with, std::string_view sealed);

// 16 bytes in hexadecimal by which a key is recognised without being told (HMAC-SHA-256).
std::string check_of(const vault_key& key);
// A key that needs both (HMAC-SHA-256 of one under the other).
vault_key combine(const vault_key& one, const vault_key& other);
// A key made of a secret of any length, which has to be as good as random: a credential's bytes.
vault_key key_from(std::string_view material);
// SHA-256, in hexadecimal, of `text` in the domain `what`, so that hashes of two kinds never meet.
std::string digest(std::string_view what, std::string_view text);

}  // namespace sgauth
