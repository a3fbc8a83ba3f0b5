// SPDX-License-Identifier: Apache-2.0
//
// Locking beside a disk that hangs, and what was asked for before it.
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

using kind = vault_lock::kind;

struct stalled_stage : vault_stage {
    using vault_stage::vault_stage;

    started<result<void>> putting(std::string id, std::string_view secret)
    {
        vault_record record{"a note", vault_secret(secret)};
        auto running = start(io, store->put(std::move(id), std::move(record), older_copies::may_bring_back));
        pump(io);
        return running;
    }
    started<result<void>> revoking(std::string id)
    {
        auto running =
            start(io, store->erase(std::move(id), older_copies::are_made_useless, afterwards::nothing));
        pump(io);
        return running;
    }
    started<result<void>> locking(const char* phrase = nullptr)
    {
        auto with = phrase ? std::optional<vault_passphrase>(std::string_view(phrase)) : std::nullopt;
        auto running = start(io, store->lock(std::move(with)));
        pump(io);
        return running;
    }
    started<result<void>> unlocking()
    {
        auto running = start(io, store->unlock(std::nullopt, prompting::never));
        pump(io);
        return running;
    }
};

}  // namespace

TEST_SUITE("vault.sealed_vault.stalled")
{
    TEST_CASE("a disk that hangs in a write holds up no lock, and gets it when it answers")
    {
        stalled_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        s.stall_disk();
        auto writing = s.putting("b", "wombat");
        s.until([&] { return s.holds() == "a=quoll b=wombat"; });  // sealed; the disk has not answered
        REQUIRE(s.restart.key);
        auto waiting = s.putting("c", "numbat");
        auto locking = s.locking();
        CHECK(s.why_locked() == kind::by_person);
        CHECK_FALSE(s.restart.key);
        CHECK_FALSE(s.holds() == "a=quoll b=wombat");
        CHECK(finish(s.io, waiting).error().code == errc::denied);  // it lies in the open no longer
        CHECK_FALSE(locking.done());
        s.time.advance(3s);
        pump(s.io);
        REQUIRE(locking.done());
        const auto told = locking.take();
        REQUIRE_FALSE(told);
        CHECK(told.error().detail.find("locked, but a restart of the daemon may unlock it") == 0);
        CHECK(s.tells_of("does not answer"));
        CHECK_FALSE(writing.done());
        s.release_disk();
        CHECK(finish(s.io, writing));
        s.until([&] { return s.store->account().problems.empty(); });
        s.restart.is_there = false;
        s.again();
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    // The queue never became shorter, and the daemon did not end.
    TEST_CASE("whoever waits behind a disk that hangs is told when the daemon ends")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        s.stall_disk();
        auto writing = s.putting("b", "wombat");
        s.until([&] { return s.holds() == "a=quoll b=wombat"; });
        auto waiting = s.putting("c", "numbat");
        s.end();
        CHECK(finish(s.io, writing).error().code == errc::failed);
        CHECK(finish(s.io, waiting).error().code == errc::failed);
        s.begin();
    }

    TEST_CASE("a lock within the time that a disk has is told as done")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        s.stall_disk();
        auto locking = s.locking();
        s.time.advance(2999ms);
        pump(s.io);
        CHECK_FALSE(locking.done());
        s.release_disk();
        CHECK(finish(s.io, locking));
        s.time.advance(1s);
        pump(s.io);
        CHECK(s.store->account().problems.empty());
    }

    TEST_CASE("nor does it hold up a lock by a passphrase")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        s.stall_disk();
        auto writing = s.putting("b", "wombat");
        s.until([&] { return s.holds() == "a=quoll b=wombat"; });
        auto locking = s.locking("one off");
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.store->locked()->wants_passphrase);
        s.until([&] { return s.time.sleepers() > 0; });  // it is sealed in, and waits for the disk
        s.time.advance(3s);
        CHECK_FALSE(finish(s.io, locking));
        s.release_disk();
        CHECK(finish(s.io, writing));
        s.until([&] { return s.store->account().problems.empty(); });
        s.again();
        CHECK(s.unlock().error().code == errc::denied);
        CHECK(s.unlock("one off"));
        CHECK(s.holds() == "a=quoll b=wombat");
        s.again();
        CHECK(s.holds() == "a=quoll b=wombat");
    }

    TEST_CASE("no unlock that was asked for before a lock opens it")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        s.again();
        s.stall_disk();
        auto revoking = s.revoking("x");  // what the queue waits with
        s.keyring.trouble.reset();
        std::optional<started<result<void>>> unlocking;
        SUBCASE("a person's")
        {
            unlocking.emplace(s.unlocking());
        }
        SUBCASE("the keyring's own")
        {
            s.keyring.says_changed();
            pump(s.io);
        }
        auto locking = s.locking();
        s.release_disk();
        CHECK(finish(s.io, locking));
        CHECK(finish(s.io, revoking));
        if (unlocking)
            CHECK(finish(s.io, *unlocking).error().code == errc::denied);
        pump(s.io);
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a person's lock on top of a locked keyring outlives the daemon and the keyring's opening")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        s.again();
        CHECK(s.lock());
        CHECK(s.why_locked() == kind::by_person);
        s.keyring.trouble.reset();
        s.keyring.says_changed();
        pump(s.io);
        s.again();
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a lock with nothing to lock makes no store, and outlives the daemon")
    {
        stalled_stage s;
        CHECK(s.lock());
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        CHECK(s.put("a", "quoll").error().code == errc::denied);
        s.again();
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.put("a", "quoll"));
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a mark that is not ours, or cannot be read, locks, and a person opens that")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        s.end();
        SUBCASE("nonsense")
        {
            std::ofstream(s.files().mark()) << "sgauth-lock 9 ghost";
        }
        SUBCASE("nothing")
        {
            std::ofstream(s.files().mark()).flush();
        }
        SUBCASE("too much")
        {
            std::ofstream(s.files().mark()) << std::string(max_lock_mark_bytes + 1, 'x');
        }
        s.begin();
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
        CHECK_FALSE(std::filesystem::exists(s.files().mark()));
    }

    TEST_CASE("a wipe takes the lock with it")
    {
        stalled_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock());
        CHECK(run(s.io, s.store->wipe()));
        CHECK_FALSE(s.store->locked());
        s.again();
        CHECK(s.holds() == "");
    }
}
