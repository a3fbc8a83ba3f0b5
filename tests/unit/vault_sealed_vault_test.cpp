// SPDX-License-Identifier: Apache-2.0
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

using steps = std::vector<std::string>;
constexpr auto may = older_copies::may_bring_back;

}  // namespace

TEST_SUITE("vault.sealed_vault")
{
    TEST_CASE("an empty vault is open and makes neither a key nor a file")
    {
        vault_stage s;
        CHECK_FALSE(s.store->locked());
        CHECK(s.holds() == "");
        CHECK(run(s.io, s.store->erase("a", may, afterwards::nothing)));
        CHECK(s.journal.empty());
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
    }

    TEST_CASE("what was put is there after a kill, and what was erased is not")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.put("b", "wombat"));
        CHECK(s.put("a", "numbat"));
        s.again();
        CHECK(s.holds() == "a=numbat b=wombat");
        CHECK(run(s.io, s.store->erase("a", may, afterwards::nothing)));
        s.again();
        CHECK(s.holds() == "b=wombat");
        CHECK(s.store->notes().size() == 1);
    }

    TEST_CASE("changes that wait together are one write, in their order")
    {
        vault_stage s;
        CHECK(s.put("first", "x"));
        const auto serial = [&s] { return read_store(s.files()).image->header.serial; };
        const std::int64_t before = serial();
        std::vector<started<result<void>>> all;
        for (int i = 0; i < 10; ++i)
            all.push_back(start(s.io, s.store->put("a", {"", vault_secret(std::to_string(i))}, may)));
        for (auto& one : all)
            CHECK(finish(s.io, one));
        CHECK(s.holds() == "first=x a=9");
        CHECK(serial() <= before + 2);  // the first may have begun alone
    }

    TEST_CASE("a caller who goes away leaves nothing undone")
    {
        vault_stage s;
        auto going = start(s.io, s.store->put("a", {"", vault_secret("quoll")}, may));
        s.io.restart();
        s.io.poll_one();
        going.cancel();
        CHECK(s.put("b", "wombat"));
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("a revoke makes a new key, and drops the older once the store is written under the new")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.put("b", "wombat"));
        const std::string before = read_store(s.files()).image->header.key_id;
        const store_image copy = *read_store(s.files()).image;
        std::string on_disk;
        s.keyring.on_drop = [&] { on_disk = read_store(s.files()).image->header.key_id; };
        s.journal.clear();
        CHECK(s.revoke("a"));
        CHECK(s.journal == steps{"make keyring", "drop older of keyring"});
        CHECK(on_disk != before);
        CHECK(s.keyring.keys.size() == 1);
        CHECK(s.keyring.keys.contains(on_disk));
        // The older copy is of no use any more.
        s.end();
        CHECK(write_store(s.files(), copy));
        s.begin();
        CHECK(s.why_locked() == vault_lock::kind::key_gone);
    }

    TEST_CASE("where no new key can be made a tombstone refuses what an older copy brings back")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        const store_image copy = *read_store(s.files()).image;
        s.keyring.make_trouble = key_fault{key_trouble::failed, "the quota is used up"};
        CHECK(s.revoke("a"));
        CHECK(s.tells_of("the quota is used up"));
        s.end();
        CHECK(write_store(s.files(), copy));
        s.begin();
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("the new key that a revoke is owed is made when the keyring makes one again")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        const store_image copy = *read_store(s.files()).image;
        s.keyring.make_trouble = key_fault{key_trouble::failed, "the quota is used up"};
        CHECK(s.revoke("a"));
        s.keyring.make_trouble.reset();
        s.time.advance(30s);
        pump(s.io);
        CHECK(s.put("b", "wombat"));
        CHECK_FALSE(s.tells_of("the quota is used up"));
        CHECK(s.keyring.keys.size() == 1);
        s.end();
        CHECK(write_store(s.files(), copy));
        s.begin();
        CHECK(s.why_locked() == vault_lock::kind::key_gone);
    }

    TEST_CASE(
        "a credential cannot be replaced: a tombstone refuses an older copy, until a person logs in again"
    )
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const store_image copy = *read_store(s.files()).image;
        CHECK(s.revoke("a"));
        CHECK(s.holds() == "");
        s.end();
        CHECK(write_store(s.files(), copy));
        s.begin();
        CHECK(s.holds() == "a=gone");
        CHECK(s.put("b", "quoll"));
        CHECK(s.holds() == "a=gone b=quoll");
    }

    TEST_CASE("after a move a copy from the place before is refused what was revoked since, or wiped")
    {
        for (const bool is_wiped : {false, true}) {
            CAPTURE(is_wiped);
            vault_stage s(key_place::credential);
            CHECK(s.put("a", "quoll"));
            CHECK(s.put("b", "wombat"));
            const store_image copy = *read_store(s.files()).image;
            CHECK(run(s.io, s.store->move("keyring", std::nullopt)));
            const result<void> done = is_wiped ? run(s.io, s.store->wipe()) : s.revoke("a");
            CHECK(done);
            s.end();
            CHECK(write_store(s.files(), copy));
            s.begin();
            CHECK(s.holds() == (is_wiped ? "a=gone b=gone" : "a=gone b=wombat"));
        }
    }

    TEST_CASE("a key that cannot be dropped fails the revoke, is told of, and is dropped later")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.drop_trouble = key_fault{key_trouble::failed, "it does not work"};
        const auto revoked = s.revoke("a");
        REQUIRE_FALSE(revoked);
        CHECK(revoked.error().detail.find("an older copy of the store can still be opened") == 0);
        CHECK(s.tells_of("it does not work"));
        CHECK(s.keyring.keys.size() == 2);
        s.keyring.drop_trouble.reset();
        s.pass(31s);
        CHECK(s.keyring.keys.size() == 1);
        CHECK(s.store->account().problems.empty());
    }

    TEST_CASE("a key that a kill has left behind is dropped soon after the next start")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.drop_trouble = key_fault{key_trouble::failed, "killed"};
        CHECK_FALSE(s.revoke("a"));
        s.keyring.drop_trouble.reset();
        s.again();
        CHECK(s.keyring.keys.size() == 2);
        s.pass(31s);
        CHECK(s.keyring.keys.size() == 1);
        CHECK(s.holds() == "");
    }

    TEST_CASE("by itself it takes the first place that works, says why, and stays there")
    {
        vault_stage s(std::nullopt);
        s.credential.trouble = key_fault{key_trouble::away, "no credential was given"};
        CHECK(s.put("a", "quoll"));
        CHECK(s.store->account().place == "keyring");
        CHECK(s.store->account().why.find("no credential was given") != std::string::npos);
        s.credential.trouble.reset();
        s.again();
        CHECK(s.put("b", "wombat"));
        CHECK(s.store->account().place == "keyring");
        vault_stage first(std::nullopt);
        CHECK(first.put("a", "quoll"));
        CHECK(
            first.store->account().why ==
            "chosen when the store was made; not tried after it: the kernel keyring"
        );
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("where no place works it is kept in memory, told, and stored as soon as one does")
    {
        vault_stage s(std::nullopt);
        s.credential.trouble = key_fault{key_trouble::away, "no credential was given"};
        s.keyring.trouble = key_fault{key_trouble::away, "no keyrings here"};
        const auto put = s.put("a", "quoll");
        REQUIRE_FALSE(put);
        CHECK(put.error().detail.find("no keyrings here") != std::string::npos);
        CHECK(s.tells_of("sgauth vault passphrase"));
        CHECK(s.holds() == "a=quoll");
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        s.keyring.trouble.reset();
        s.pass(31s);
        CHECK(s.store->account().problems.empty());
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("memory alone writes no file, and is gone with the daemon")
    {
        vault_stage s(key_place::memory);
        CHECK(s.put("a", "quoll"));
        CHECK(s.holds() == "a=quoll");
        CHECK(s.store->account().problems.empty());
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        s.again();
        CHECK(s.holds() == "");
    }

    TEST_CASE("a wipe takes the key first, then the file, then memory")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        bool file_was_there = false;
        s.keyring.on_drop = [&] { file_was_there = std::filesystem::exists(s.files().store()); };
        s.journal.clear();
        CHECK(run(s.io, s.store->wipe()));
        CHECK(s.journal == steps{"drop all of keyring"});
        CHECK(file_was_there);
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        CHECK(s.holds() == "");
        CHECK(s.restart.image.empty());
        CHECK(s.put("b", "wombat"));
        s.again();
        CHECK(s.holds() == "b=wombat");
    }

    TEST_CASE("a wiped credential's store is of no use when it is put back")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const store_image copy = *read_store(s.files()).image;
        CHECK(run(s.io, s.store->wipe()));
        s.end();
        CHECK(write_store(s.files(), copy));
        s.begin();
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("a wipe that could not finish leaves nothing to do for anything, revoked before or not")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(
            run(s.io, s.store->put("b", {"revoked", vault_secret("wombat")}, older_copies::are_made_useless))
        );
        s.keyring.trouble = key_fault{key_trouble::away, "it hangs"};
        const store_image left = *read_store(s.files()).image;
        CHECK_FALSE(run(s.io, s.store->wipe()));
        s.end();
        s.keyring.trouble.reset();
        CHECK(write_store(s.files(), left));
        s.begin();
        CHECK(s.holds() == "a=gone b=gone");
    }

    TEST_CASE("a wipe whose key does not go says so, and takes the rest")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.trouble = key_fault{key_trouble::away, "it hangs"};
        const auto wiped = run(s.io, s.store->wipe());
        REQUIRE_FALSE(wiped);
        CHECK(wiped.error().detail.find("it hangs") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        CHECK(s.holds() == "");
    }
}
