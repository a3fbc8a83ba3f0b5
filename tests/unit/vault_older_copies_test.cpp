// SPDX-License-Identifier: Apache-2.0
//
// Older copies of the store where its key stays: what was taken away since does not come back with one.
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;

namespace {

store_image copy_of(const vault_stage& s)
{
    return *read_store(s.files()).image;
}

void put_back(vault_stage& s, const store_image& copy)
{
    s.end();
    CHECK(write_store(s.files(), copy));
    s.begin();
}

}  // namespace

TEST_SUITE("vault.older_copies")
{
    TEST_CASE("a record is refused with the credential that a later login replaced, too")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        CHECK(s.put("b", "wombat"));
        const store_image copy = copy_of(s);
        CHECK(s.put("a", "quokka"));
        CHECK(s.revoke("a"));
        put_back(s, copy);
        CHECK(s.holds() == "a=gone b=wombat");
    }

    TEST_CASE("also one that was taken away while the vault was locked")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const store_image copy = copy_of(s);
        CHECK(s.put("a", "quokka"));
        CHECK(s.lock());
        CHECK(s.revoke("a"));
        CHECK(s.unlock());
        CHECK(s.holds() == "a=gone");
        CHECK(s.revoke("a"));  // as who restores the sessions does
        CHECK(s.holds() == "");
        put_back(s, copy);
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("what was replaced and never taken away is lost with no copy")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const store_image copy = copy_of(s);
        CHECK(s.put("a", "quokka"));
        put_back(s, copy);
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("after a move into memory alone, which leaves no file but that of the tombstones")
    {
        for (const bool is_wiped : {false, true}) {
            CAPTURE(is_wiped);
            vault_stage s(key_place::credential);
            CHECK(s.put("a", "quoll"));
            CHECK(s.put("b", "wombat"));
            const store_image copy = copy_of(s);
            CHECK(s.move("memory"));
            const result<void> done = is_wiped ? run(s.io, s.store->wipe()) : s.revoke("a");
            CHECK(done);
            CHECK_FALSE(std::filesystem::exists(s.files().store()));
            put_back(s, copy);
            CHECK(s.holds() == (is_wiped ? "a=gone b=gone" : "a=gone b=wombat"));
        }
    }

    TEST_CASE("a credential is changed where it comes from: no new key is claimed")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const auto refused = s.move("credential");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::invalid);
        CHECK(s.holds() == "a=quoll");
        CHECK(s.move("keyring"));
        CHECK(s.move("credential"));
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a new key in the same place does not change why it is there")
    {
        vault_stage s(key_place::keyring);
        CHECK(s.put("a", "quoll"));
        const std::string why = copy_of(s).header.why;
        const std::string key = copy_of(s).header.key_id;
        CHECK(s.move("keyring"));
        CHECK(copy_of(s).header.why == why);
        CHECK(copy_of(s).header.key_id != key);
    }
}
