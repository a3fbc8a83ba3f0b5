// SPDX-License-Identifier: Apache-2.0
//
// What the vault makes of a disk that refuses.
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("vault.sealed_vault.disk")
{
    TEST_CASE(
        "a disk that refuses fails the call, memory keeps serving, and the disk gets it at the next change"
    )
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        const auto put = s.put("b", "wombat");
        REQUIRE_FALSE(put);
        CHECK(put.error().code == errc::failed);
        CHECK(s.tells_of("is tried again"));
        CHECK(s.holds() == "a=quoll b=wombat");
        s.bring_disk_back();
        CHECK(s.put("c", "numbat"));
        CHECK(s.store->account().problems.empty());
        s.again();
        CHECK(s.holds() == "a=quoll b=wombat c=numbat");
    }

    TEST_CASE("or half a minute later, by itself")
    {
        vault_stage s;
        s.take_disk_away();
        CHECK_FALSE(s.put("a", "quoll"));
        s.bring_disk_back();
        s.time.advance(29s);
        pump(s.io);
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        s.pass(2s);
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("while the disk refuses a revoke the key that opens what it has is kept; later it is dropped")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.put("b", "wombat"));
        const store_image copy = *read_store(s.files()).image;
        s.take_disk_away();
        CHECK_FALSE(s.revoke("a"));
        CHECK(s.keyring.keys.contains(copy.header.key_id));
        s.bring_disk_back();
        s.pass(31s);
        CHECK(s.store->account().problems.empty());
        CHECK_FALSE(s.keyring.keys.contains(copy.header.key_id));
        s.again();
        CHECK(s.holds() == "b=wombat");
    }

    TEST_CASE("a revoke's tombstone that the disk refused is on it with the store")
    {
        vault_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        const store_image copy = *read_store(s.files()).image;
        s.take_disk_away();
        CHECK_FALSE(s.revoke("a"));
        s.bring_disk_back();
        s.pass(31s);
        s.end();
        CHECK(write_store(s.files(), copy));
        s.begin();
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("a kill while the disk refuses leaves what was before, and it opens")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(s.revoke("a"));
        CHECK_FALSE(s.put("b", "wombat"));
        s.bring_disk_back();
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE(
        "a lock that the disk refused is locked, says that a restart may open it, and is written without its "
        "key"
    )
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(s.put("b", "wombat"));
        const auto locked = s.lock();
        REQUIRE_FALSE(locked);
        CHECK(locked.error().detail.find("a restart of the daemon may unlock it") != std::string::npos);
        CHECK(s.why_locked() == vault_lock::kind::by_person);
        s.bring_disk_back();
        s.time.advance(31s);
        pump(s.io);
        CHECK(s.unlock());  // behind the write in the queue
        CHECK(s.lock());
        s.again();
        CHECK(s.why_locked() == vault_lock::kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("what was in memory alone when it was locked is on the disk before it is unlocked")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(s.put("b", "wombat"));
        CHECK_FALSE(s.lock());
        s.bring_disk_back();
        s.time.advance(31s);
        pump(s.io);
        // An erase of nothing waits behind that write.
        CHECK(run(s.io, s.store->erase("x", older_copies::may_bring_back, afterwards::nothing)));
        CHECK(s.store->account().problems.empty());
        s.again();
        CHECK(s.why_locked() == vault_lock::kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("what is revoked while locked, and the disk refused that, is noted later")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock());
        s.take_disk_away();
        CHECK_FALSE(s.revoke("a"));
        CHECK(s.store->notes().empty());
        s.bring_disk_back();
        s.time.advance(31s);
        pump(s.io);
        CHECK_FALSE(s.put("x", "y"));  // locked; behind the write
        s.again();
        CHECK(s.unlock());
        CHECK(s.holds() == "a=gone");
    }

    TEST_CASE("a move that the disk refused keeps the old key until the disk has the new store")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.take_disk_away();
        CHECK_FALSE(s.move("credential"));
        CHECK(s.keyring.keys.size() == 1);
        s.bring_disk_back();
        s.again();
        CHECK(s.holds() == "a=quoll");
        CHECK(s.store->account().place == "keyring");
        s.take_disk_away();
        CHECK_FALSE(s.move("credential"));
        s.bring_disk_back();
        s.pass(31s);
        CHECK(s.keyring.keys.empty());
        s.again();
        CHECK(s.store->account().place == "credential");
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a wipe that the disk refused says so, and the file goes when it can")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        // A folder with something in it cannot be removed as a file.
        std::filesystem::remove(s.files().store());
        std::filesystem::create_directories(s.files().store() / "x");
        const auto wiped = run(s.io, s.store->wipe());
        REQUIRE_FALSE(wiped);
        CHECK(s.holds() == "");
        CHECK(s.tells_of("is tried again"));
        std::filesystem::remove_all(s.files().store());
        CHECK(write_store(s.files(), make_image({}, {}, {random_key(), {}})));
        s.time.advance(31s);
        pump(s.io);
        CHECK(s.holds() == "");
        CHECK(run(s.io, s.store->reset()).error().code == errc::invalid);  // behind the write
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        CHECK(s.store->account().problems.empty());
    }

    TEST_CASE("a store that cannot be read is no empty store, and is read when it can be")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.end();
        std::filesystem::rename(s.files().store(), s.scratch / "kept");
        std::filesystem::create_directory(s.files().store());
        s.begin();
        CHECK(s.why_locked() == vault_lock::kind::unreadable);
        CHECK_FALSE(s.put("b", "wombat"));
        CHECK_FALSE(s.revoke("a"));
        CHECK_FALSE(s.unlock());
        std::filesystem::remove(s.files().store());
        std::filesystem::rename(s.scratch / "kept", s.files().store());
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }

    // A lock once made it look as if it had been read: the next unlock ended the daemon, and a revoke wrote
    // over the tombstones that could not be read either.
    TEST_CASE("a lock of a store that cannot be read changes nothing of that")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.end();
        std::filesystem::rename(s.files().store(), s.scratch / "kept");
        std::filesystem::create_directory(s.files().store());
        s.begin();
        CHECK(run(s.io, s.store->lock(std::nullopt)));
        CHECK(s.why_locked() == vault_lock::kind::unreadable);
        CHECK_FALSE(s.revoke("a"));
        CHECK_FALSE(s.unlock());
        CHECK(s.why_locked() == vault_lock::kind::unreadable);
        std::filesystem::remove(s.files().store());
        std::filesystem::rename(s.scratch / "kept", s.files().store());
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a damaged store is set aside as it is, and told of")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.end();
        store_image image = *read_store(s.files()).image;
        image.sealed.back() = static_cast<char>(image.sealed.back() ^ 1);
        CHECK(write_store(s.files(), image));
        s.begin();
        CHECK(s.holds() == "");
        CHECK(s.tells_of("was set aside as sessions.sealed.bad-1"));
        CHECK(std::filesystem::exists(s.folder() / "sessions.sealed.bad-1"));
        CHECK(s.put("b", "wombat"));
        s.again();
        CHECK(s.holds() == "b=wombat");
    }
}
