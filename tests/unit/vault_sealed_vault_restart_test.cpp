// SPDX-License-Identifier: Apache-2.0
//
// What the service manager keeps over a restart.
#include "src/base/atomic_file.hpp"
#include "src/vault/set_aside_stores.hpp"
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("vault.sealed_vault.restart")
{
    TEST_CASE("a newer image than the disk's is used, and written")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(s.put("b", "wombat"));
        s.bring_disk_back();
        s.again();
        CHECK(s.holds() == "a=quoll b=wombat");
        s.pass(31s);
        s.restart.forget();
        s.again();
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("an older image than the disk's is not used, but its key is, where that opens the disk's")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        const std::string older = s.restart.image;
        CHECK(s.put("b", "wombat"));
        s.restart.image = older;
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        s.again();
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("a key that is not the disk's opens nothing")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        s.restart.key = random_key();
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        s.again();
        CHECK(s.why_locked() == vault_lock::kind::key_away);
    }

    TEST_CASE("what is locked keeps no key, and none that was kept before opens it")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        const std::string older = s.restart.image;
        const vault_key key = s.restart.key->clone();
        CHECK(s.lock());
        CHECK_FALSE(s.restart.key);
        s.restart.image = older;  // the service manager did not take the newer
        s.restart.key = key.clone();
        s.again();
        CHECK(s.why_locked() == vault_lock::kind::by_person);
    }

    TEST_CASE("memory alone lives over a restart only where the settings let its key be kept")
    {
        vault_stage s(key_place::memory);
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        CHECK_FALSE(s.restart.key);
        s.again();
        CHECK(s.holds() == "");
        s.wishes.keep_key_over_restart = true;
        CHECK(s.put("a", "quoll"));
        CHECK(s.restart.key);
        s.again();
        CHECK(s.holds() == "a=quoll");
        CHECK(s.store->account().problems.empty());
    }

    TEST_CASE("settings that are read anew decide at once whether the key is kept")
    {
        vault_stage s;
        s.restart.is_there = true;
        s.wishes.keep_key_over_restart = true;
        CHECK(s.put("a", "quoll"));
        CHECK(s.move("passphrase", "a phrase"));
        CHECK(s.restart.key);
        s.wishes.keep_key_over_restart = false;
        s.store->obey_settings();
        CHECK_FALSE(s.restart.key);
        CHECK_FALSE(s.restart.image.empty());
        s.wishes.keep_key_over_restart = true;
        s.store->obey_settings();
        CHECK(s.restart.key);
        CHECK(s.lock());
        s.store->obey_settings();
        CHECK_FALSE(s.restart.key);
    }

    TEST_CASE("a key that the settings do not let be kept any more opens nothing, and goes")
    {
        vault_stage s;
        s.restart.is_there = true;
        s.wishes.keep_key_over_restart = true;
        CHECK(s.put("a", "quoll"));
        SUBCASE("beside a store")
        {
            CHECK(s.move("passphrase", "a phrase"));
            s.again();
            CHECK(s.holds() == "a=quoll");
            s.wishes.keep_key_over_restart = false;
            s.again();
            CHECK(s.store->account().wants_passphrase);
        }
        SUBCASE("alone")
        {
            CHECK(s.move("memory"));
            s.again();
            CHECK(s.holds() == "a=quoll");
            s.wishes.keep_key_over_restart = false;
            s.again();
            CHECK(s.holds() == "");
        }
        CHECK_FALSE(s.restart.key);
    }

    TEST_CASE("settings that are read anew before the store is take nothing from what is kept")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        s.end();
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        s.begin([&s] { s.store->obey_settings(); });
        CHECK(s.restart.key);
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("what was wiped is not kept")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        CHECK_FALSE(s.restart.image.empty());
        CHECK(run(s.io, s.store->wipe()));
        CHECK(s.restart.image.empty());
        s.again();
        CHECK(s.holds() == "");
    }

    TEST_CASE(
        "what is kept and was cut, anywhere, is passed over: the disk's store is used and stays as it is"
    )
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(s.put("b", "wombat"));
        s.bring_disk_back();
        const std::string whole = s.restart.image;
        const vault_key key = s.restart.key->clone();
        const auto on_disk = read_file(s.files().store(), max_store_bytes);
        for (std::size_t cut = 0; cut < whole.size(); ++cut) {
            CAPTURE(cut);
            s.end();
            s.restart.image = whole.substr(0, cut);
            s.restart.key = cut % 2 == 0 ? std::optional(key.clone()) : std::nullopt;
            s.begin();
            REQUIRE(s.holds() == "a=quoll");
            REQUIRE(read_file(s.files().store(), max_store_bytes) == on_disk);
            REQUIRE_FALSE(has_set_aside(s.files()));
        }
        s.end();
        s.restart.image = whole;
        s.begin();
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("what is kept and was torn, with a newer beginning and an older end, is passed over")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        const std::string older = s.restart.image;
        s.take_disk_away();
        CHECK_FALSE(s.put("b", "wombat"));
        s.bring_disk_back();
        const std::string newer = s.restart.image;
        s.end();
        s.restart.image = newer.substr(0, older.size() / 2) + older.substr(older.size() / 2);
        s.begin();
        CHECK(s.holds() == "a=quoll");
        CHECK_FALSE(has_set_aside(s.files()));
    }

    TEST_CASE("what is kept and is no image is passed over")
    {
        vault_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        s.restart.image = "something else";
        s.again();
        CHECK(s.holds() == "a=quoll");
    }
}
