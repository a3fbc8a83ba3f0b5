// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the keys of stores that were set aside.
#include "src/vault/set_aside_stores.hpp"
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

std::filesystem::path aside(const vault_stage& s, int n = 1)
{
    return s.folder() / ("sessions.sealed.bad-" + std::to_string(n));
}

std::string key_of_store(const vault_stage& s)
{
    return read_store(s.files()).image->header.key_id;
}

// The keyring was away, and somebody lost patience: one store aside, and a new one.
std::string begin_another(vault_stage& s)
{
    CHECK(s.put("a", "quoll"));
    std::string key = key_of_store(s);
    s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
    s.again();
    CHECK(run(s.io, s.store->reset()));
    s.keyring.trouble.reset();
    CHECK(s.put("b", "wombat"));
    CHECK(key_of_store(s) != key);
    return key;
}

void put_back(vault_stage& s)
{
    s.end();
    std::filesystem::rename(aside(s), s.files().store());
    s.begin();
}

void write(const std::filesystem::path& file, std::string_view content)
{
    std::ofstream(file) << content;
}

}  // namespace

TEST_SUITE("vault.set_aside")
{
    TEST_CASE("a store that was set aside while the keyring was away opens when it is put back")
    {
        vault_stage s;
        const std::string key = begin_another(s);
        CHECK(s.keyring.keys.contains(key));
        s.again();
        s.pass(31s);
        CHECK(s.keyring.keys.size() == 2);
        put_back(s);
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a revoke keeps its key, and a tombstone refuses what it would bring back")
    {
        vault_stage s;
        const std::string key = begin_another(s);
        CHECK(s.put("c", "quoll"));
        const std::string before = key_of_store(s);
        CHECK(s.revoke("c"));
        CHECK(s.keyring.keys.contains(key));
        CHECK_FALSE(s.keyring.keys.contains(before));
        put_back(s);
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("its key goes when its file is gone")
    {
        vault_stage s;
        const std::string key = begin_another(s);
        std::filesystem::remove(aside(s));
        s.again();
        s.pass(31s);
        CHECK_FALSE(s.keyring.keys.contains(key));
        CHECK(s.keyring.keys.size() == 1);
    }

    TEST_CASE("a wipe takes its key too")
    {
        vault_stage s;
        begin_another(s);
        CHECK(run(s.io, s.store->wipe()));
        CHECK(s.keyring.keys.empty());
    }

    TEST_CASE("a wipe takes its key from another place than the store's")
    {
        vault_stage s;
        begin_another(s);
        CHECK(s.move("credential"));
        CHECK(s.keyring.keys.size() == 1);
        CHECK(run(s.io, s.store->wipe()));
        CHECK(s.keyring.keys.empty());
    }

    TEST_CASE("a wipe removes the file, and no copy of it brings anything back where the key stays")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        s.credential.trouble = key_fault{key_trouble::away, "the credential is away"};
        s.again();
        CHECK(run(s.io, s.store->reset()));
        s.credential.trouble.reset();
        CHECK(s.put("b", "wombat"));
        const std::filesystem::path copy = s.scratch / "copy";
        std::filesystem::copy(aside(s), copy);
        CHECK(run(s.io, s.store->wipe()));
        CHECK_FALSE(std::filesystem::exists(aside(s)));
        std::filesystem::copy(copy, aside(s));
        put_back(s);
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("a wipe where the folder is gone is done")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        std::filesystem::remove_all(s.folder());
        CHECK(run(s.io, s.store->wipe()));
        CHECK(s.keyring.keys.empty());
    }

    TEST_CASE("one that cannot be removed fails the wipe, and keeps no login from the disk")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        std::filesystem::create_directory(aside(s));
        CHECK_FALSE(run(s.io, s.store->wipe()));
        s.take_disk_away();
        CHECK_FALSE(s.put("b", "wombat"));
        s.bring_disk_back();
        s.pass(31s);
        s.again();
        CHECK(s.holds() == "b=wombat");
    }

    TEST_CASE("a wipe of a store that cannot be read keeps the tombstones, which are not read either")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const std::filesystem::path copy = s.scratch / "copy";
        std::filesystem::copy(s.files().store(), copy);
        std::filesystem::copy(copy, aside(s));
        CHECK(s.revoke("a"));
        s.end();
        std::filesystem::remove(s.files().store());
        std::filesystem::create_directory(s.files().store());
        s.begin();
        CHECK(s.store->locked());
        CHECK_FALSE(run(s.io, s.store->wipe()));
        s.end();
        std::filesystem::remove(s.files().store());
        std::filesystem::copy(copy, s.files().store());
        s.begin();
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("one of a later version names its key, and keeps it")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        const std::string key = key_of_store(s);
        s.end();
        write(
            s.files().store(),
            "sgauth-store 2\n{\"place\":\"keyring\",\"key_id\":\"" + key + "\",\"new\":1}\n"
        );
        s.begin();
        CHECK(std::filesystem::exists(aside(s)));
        CHECK(s.put("b", "wombat"));
        CHECK(s.revoke("b"));
        CHECK(s.keyring.keys.contains(key));
        CHECK(s.keyring.keys.size() == 2);
    }

    TEST_CASE("one of a later version is to be renamed back, rubbish is not")
    {
        for (const auto& [content, is_later] : {
                 std::pair("sgauth-store 2\n{}\n", true),
                 std::pair("something else", false),
                 std::pair("sgauth-store 1\n{\"pla", false),
             }) {
            CAPTURE(content);
            vault_stage s;
            s.end();
            write(s.files().store(), content);
            s.begin();
            CHECK(s.tells_of("was set aside as sessions.sealed.bad-1"));
            CHECK(s.tells_of("log in again"));
            CHECK(s.tells_of("install that version, stop sgauthd, and rename the file back") == is_later);
        }
    }

    TEST_CASE("one that names no key keeps all, until a revoke")
    {
        for (const char* content :
             {"sgauth-store 2\nsomething new\n", "sgauth-store 1\n{\"pla", "", "sgauth-store 1\n{}\n"}) {
            CAPTURE(content);
            vault_stage s;
            CHECK(s.put("a", "quoll"));
            const std::string key = key_of_store(s);
            s.end();
            write(s.files().store(), content);
            s.begin();
            CHECK(s.put("b", "wombat"));
            s.pass(31s);
            CHECK(s.keyring.keys.contains(key));
            CHECK(s.move("keyring"));
            CHECK(s.keyring.keys.contains(key));
            CHECK(s.store->account().problems.size() == 1);  // that it was set aside
            CHECK(s.revoke("b"));
            CHECK_FALSE(s.keyring.keys.contains(key));
            CHECK(s.keyring.keys.size() == 1);
        }
    }

    TEST_CASE("a revoke's promise is kept after a keyring that did not drop the key at once")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        const std::string key = key_of_store(s);
        write(aside(s), "nothing of ours");
        s.keyring.drop_trouble = key_fault{key_trouble::failed, "it broke"};
        CHECK_FALSE(s.revoke("a"));
        CHECK(s.keyring.keys.contains(key));
        s.keyring.drop_trouble.reset();
        s.pass(31s);
        CHECK_FALSE(s.keyring.keys.contains(key));
    }

    TEST_CASE("a wipe takes the store's key although the disk is away")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(find_set_aside(s.files()));
        CHECK(has_set_aside(s.files()));
        [[maybe_unused]] const auto told = run(s.io, s.store->wipe());
        CHECK(s.keyring.keys.empty());
        s.bring_disk_back();
    }

    TEST_CASE("what is no key's name is none")
    {
        for (const char* header :
             {"",
              "{}",
              "{\"place\":\"keyring\"}",
              "{\"place\":\"moon\",\"key_id\":\"a1\"}",
              "{\"place\":\"keyring\",\"key_id\":\"--x\"}",
              "{\"place\":\"keyring\",\"key_id\":7}"})
            CHECK_FALSE(key_named_in(std::string("sgauth-store 1\n") + header + "\n"));
        const std::string header = "{\"place\":\"keyring\",\"key_id\":\"a1\"}\n";
        CHECK(key_named_in("sgauth-store 9\n" + header)->id == "a1");
        CHECK_FALSE(key_named_in("another-store 9\n" + header));
    }
}
