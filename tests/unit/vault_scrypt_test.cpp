// SPDX-License-Identifier: Apache-2.0
#include "src/base/hex.hpp"
#include "src/vault/scrypt.hpp"

#include <doctest/doctest.h>

using namespace sgauth;

namespace {

scrypt_parameters cheap(std::int64_t p = 1)
{
    return {least_scrypt_n, scrypt_r, p, "0123456789abcdef"};
}

scrypt_parameters with_n(std::int64_t n)
{
    scrypt_parameters made = cheap();
    made.n = n;
    return made;
}

scrypt_parameters with_salt(std::size_t bytes)
{
    scrypt_parameters made = cheap();
    made.salt = std::string(bytes, 's');
    return made;
}

}  // namespace

TEST_SUITE("vault.scrypt")
{
    TEST_CASE("what costs too little or too much is refused, at the limit and one beyond it")
    {
        const std::int64_t one = 1;
        CHECK_FALSE(is_acceptable(with_n(one << 14)));
        CHECK(is_acceptable(with_n(one << 15)));
        CHECK(is_acceptable(with_n(one << 17)));
        CHECK(is_acceptable(with_n(one << 20)));
        CHECK_FALSE(is_acceptable(with_n(one << 21)));
        for (const std::int64_t n : {(one << 17) - 1, (one << 17) + 1, one * 0, -(one << 17), one << 62})
            CHECK_FALSE(is_acceptable(with_n(n)));
        for (const std::int64_t r : {0, 7, 9, -8}) {
            scrypt_parameters made = cheap();
            made.r = r;
            CHECK_FALSE(is_acceptable(made));
        }
        CHECK_FALSE(is_acceptable(cheap(0)));
        CHECK(is_acceptable(cheap(1)));
        CHECK(is_acceptable(cheap(4)));
        CHECK_FALSE(is_acceptable(cheap(5)));
        CHECK_FALSE(is_acceptable(with_salt(15)));
        CHECK(is_acceptable(with_salt(16)));
        CHECK(is_acceptable(with_salt(64)));
        CHECK_FALSE(is_acceptable(with_salt(65)));
    }

    TEST_CASE("unacceptable parameters are refused before anything is derived")
    {
        const vault_passphrase phrase("correct horse");
        // Derived, this one would take all memory there is.
        const auto made = derive(phrase, with_n(std::int64_t{1} << 40));
        REQUIRE_FALSE(made);
        CHECK(made.error().detail.find("not to be trusted") != std::string::npos);
    }

    // RFC 7914's own vectors have shorter salts, or parameters outside the bounds: these are by another
    // implementation of it (Python's hashlib).
    TEST_CASE("the key is the one that scrypt gives")
    {
        const vault_passphrase phrase("correct horse");
        const auto key = derive(phrase, cheap());
        REQUIRE(key);
        CHECK(to_hex(key->reveal()) == "a6e1c5f30b25e0fe6d47724036c0a579988e41eb3ed39298d8fa076d41293064");
        const auto of_four = derive(phrase, cheap(4));
        REQUIRE(of_four);
        CHECK(
            to_hex(of_four->reveal()) == "3e6a5a3581d79df02a82283e32d5ccc5109705191c124373cf6d0c350f93a412"
        );
    }

    TEST_CASE("new parameters are the usual ones, each with a salt of its own")
    {
        const scrypt_parameters one = new_scrypt_parameters();
        CHECK(one.n == std::int64_t{1} << 17);
        CHECK(one.r == 8);
        CHECK(one.p == 1);
        CHECK(one.salt.size() == salt_bytes);
        CHECK(is_acceptable(one));
        CHECK(one.salt != new_scrypt_parameters().salt);
    }
}
