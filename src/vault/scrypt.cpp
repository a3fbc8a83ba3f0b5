// SPDX-License-Identifier: Apache-2.0
#include "src/vault/scrypt.hpp"

#include "src/base/hex.hpp"
#include "src/base/random.hpp"

#include <openssl/evp.h>

#include <bit>

namespace sgauth {

namespace {

constexpr std::size_t most_salt_bytes = 64;
// Beside the 128 N r bytes of the algorithm's table: its blocks and their copies.
constexpr std::uint64_t room_for_blocks = 1024 * 1024;

}  // namespace

scrypt_parameters new_scrypt_parameters(std::int64_t n)
{
    scrypt_parameters made;
    made.n = n;
    made.salt = *from_hex(random_hex(salt_bytes));
    return made;
}

bool is_acceptable(const scrypt_parameters& with)
{
    const bool n_fits = with.n >= least_scrypt_n && with.n <= most_scrypt_n &&
                        std::has_single_bit(static_cast<std::uint64_t>(with.n));
    const bool salt_fits = with.salt.size() >= salt_bytes && with.salt.size() <= most_salt_bytes;
    return n_fits && with.r == scrypt_r && with.p >= 1 && with.p <= most_scrypt_p && salt_fits;
}

result<vault_key> derive(const vault_passphrase& from, const scrypt_parameters& with)
{
    if (!is_acceptable(with))
        return fail(errc::failed, "the store asks for a key derivation that is not to be trusted");
    const auto n = static_cast<std::uint64_t>(with.n);
    const auto r = static_cast<std::uint64_t>(with.r);
    const auto p = static_cast<std::uint64_t>(with.p);
    const std::string_view text = from.reveal();
    const auto* salt = reinterpret_cast<const unsigned char*>(with.salt.data());
    const std::uint64_t most = 128 * n * r + 128 * r * p + room_for_blocks;
    std::string made(key_bytes, '\0');
    auto* out = reinterpret_cast<unsigned char*>(made.data());
    const int done =
        ::EVP_PBE_scrypt(text.data(), text.size(), salt, with.salt.size(), n, r, p, most, out, key_bytes);
    if (done != 1)
        return fail(errc::failed, "there is not enough memory to derive the key; try again");
    return vault_key::take(made);
}

}  // namespace sgauth
