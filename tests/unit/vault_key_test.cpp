// SPDX-License-Identifier: Apache-2.0
#include "src/vault/vault_key.hpp"

#include <doctest/doctest.h>

using namespace sgauth;

namespace {

constexpr const char* with = "the header";
constexpr const char* plain = "quoll";

}  // namespace

TEST_SUITE("vault.key")
{
    TEST_CASE("another key, other data beside it or a changed byte at any place opens nothing")
    {
        const vault_key key = random_key();
        const std::string sealed = seal(key, with, plain);
        CHECK_FALSE(unseal(random_key(), with, sealed));
        CHECK_FALSE(unseal(key, "the header.", sealed));
        CHECK_FALSE(unseal(key, "", sealed));
        for (std::size_t i = 0; i < sealed.size(); ++i)
            for (const char bit : {'\x01', '\x80'}) {
                std::string changed = sealed;
                changed[i] = static_cast<char>(changed[i] ^ bit);
                CHECK_FALSE(unseal(key, with, changed));
            }
    }

    TEST_CASE("what was cut or prolonged opens nothing")
    {
        const vault_key key = random_key();
        const std::string sealed = seal(key, with, plain);
        for (std::size_t size = 0; size < sealed.size(); ++size)
            CHECK_FALSE(unseal(key, with, sealed.substr(0, size)));
        CHECK_FALSE(unseal(key, with, sealed + '\0'));
    }

    TEST_CASE("a key of another length opens nothing and seals nothing")
    {
        const std::string sealed = seal(random_key(), with, plain);
        CHECK_FALSE(unseal(vault_key(std::string(31, 'k')), with, sealed));
        CHECK_FALSE(unseal(vault_key(std::string(33, 'k')), with, sealed));
        CHECK_FALSE(unseal(vault_key(), with, sealed));
        CHECK_THROWS(seal(vault_key("short"), with, plain));
    }

    TEST_CASE("what was sealed comes back, nothing and zeros too, and never looks the same twice")
    {
        const vault_key key = random_key();
        for (const std::string& text : {std::string(plain), std::string(), std::string(3, '\0')}) {
            const std::string sealed = seal(key, with, text);
            CHECK(sealed.size() == nonce_bytes + text.size() + tag_bytes);
            const auto back = unseal(key, with, sealed);
            REQUIRE(back);
            CHECK(back->reveal() == text);
            CHECK(seal(key, with, text) != sealed);
        }
        CHECK(seal(key, with, plain).find(plain) == std::string::npos);
    }

    TEST_CASE("a key is told by its check, and the check does not tell it")
    {
        const vault_key one = random_key();
        const vault_key other = random_key();
        CHECK(check_of(one) == check_of(one));
        CHECK(check_of(one) != check_of(other));
        CHECK(check_of(one).size() == 32);
    }

    TEST_CASE("two keys in one need both, in their order")
    {
        const vault_key one = random_key();
        const vault_key other = random_key();
        const std::string sealed = seal(combine(one, other), with, plain);
        CHECK(unseal(combine(one, other), with, sealed));
        CHECK_FALSE(unseal(combine(other, one), with, sealed));
        CHECK_FALSE(unseal(one, with, sealed));
        CHECK_FALSE(unseal(other, with, sealed));
    }

    TEST_CASE("a credential's bytes make one key, of the right length; hashes of two kinds never meet")
    {
        CHECK(key_from("some credential").size() == key_bytes);
        CHECK(equal_constant_time(key_from("some credential"), key_from("some credential")));
        CHECK_FALSE(equal_constant_time(key_from("some credential"), key_from("some credential.")));
        CHECK(digest("a", "bc") != digest("ab", "c"));
        CHECK(digest("a", "bc") == digest("a", "bc"));
    }
}
