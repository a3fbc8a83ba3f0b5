#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A key from a passphrase: scrypt (RFC 7914). Its parameters stand in the store, which anybody may have
// written: those that would cost too little, or all of this machine's memory, are refused before anything is
// derived.

#include "src/base/error.hpp"
#include "src/vault/vault_key.hpp"

#include <cstdint>
#include <string>

namespace sgauth {

inline constexpr std::int64_t least_scrypt_n = std::int64_t{1} << 15;
inline constexpr std::int64_t usual_scrypt_n = std::int64_t{1} << 17;  // 128 MiB and a third of a second
inline constexpr std::int64_t most_scrypt_n = std::int64_t{1} << 20;

struct scrypt_parameters {
    std::int64_t n = usual_scrypt_n;
    std::int64_t r = 8;
    std::int64_t p = 1;
    std::string salt;  // raw bytes

    bool operator==(const scrypt_parameters&) const = default;
};

inline constexpr std::int64_t scrypt_r = 8;
inline constexpr std::int64_t most_scrypt_p = 4;
inline constexpr std::size_t salt_bytes = 16;

// The usual ones, with a salt of their own; `n` is acceptable.
scrypt_parameters new_scrypt_parameters(std::int64_t n = usual_scrypt_n);
// N a power of two within the bounds above, r = 8, p of 1 to 4, a salt of 16 to 64 bytes.
bool is_acceptable(const scrypt_parameters& with);
// Blocks for a third of a second or more: for a lane. errc::failed: unacceptable parameters, or no memory.
result<vault_key> derive(const vault_passphrase& from, const scrypt_parameters& with);

}  // namespace sgauth
