// SPDX-License-Identifier: Apache-2.0
//
// What the desktop locks, and who may open it.
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;

namespace {

using kind = vault_lock::kind;

struct desktop_stage : vault_stage {
    explicit desktop_stage(std::optional<key_place> place = key_place::keyring) : vault_stage(place)
    {
        wishes.follows_desktop = true;
    }
    result<void> lock_screen() { return run(io, store->lock(std::nullopt, locker::desktop)); }
    result<void> unlock_screen()
    {
        return run(io, store->unlock(std::nullopt, prompting::never, locker::desktop));
    }
};

}  // namespace

TEST_SUITE("vault.sealed_vault.desktop")
{
    TEST_CASE("the desktop never opens what a person locked, nor what else is locked")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock());
        CHECK(s.lock_screen());
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock_screen());
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        s.again();
        s.keyring.trouble.reset();
        CHECK(s.unlock_screen());
        CHECK(s.why_locked() == kind::key_locked);
    }

    TEST_CASE("what the desktop locked it opens, and so does a person")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        CHECK(s.why_locked() == kind::by_desktop);
        CHECK(s.holds() == "locked with the desktop; unlock the screen or run `sgauth unlock`");
        CHECK_FALSE(s.restart.key);
        CHECK(s.lock_screen());
        CHECK(s.unlock_screen());
        CHECK(s.holds() == "a=quoll");
        CHECK(s.unlock_screen());
        CHECK(s.lock_screen());
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a restart knows who locked it")
    {
        desktop_stage s;
        s.restart.is_there = true;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        s.again();
        CHECK(s.why_locked() == kind::by_desktop);
        CHECK(s.unlock_screen());
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("where the desktop is not followed any more, or its boot has gone, its lock has gone")
    {
        desktop_stage s(key_place::credential);
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        s.wishes.follows_desktop = false;
        s.again();
        CHECK(s.holds() == "a=quoll");
        s.wishes.follows_desktop = true;
        CHECK(s.lock_screen());
        s.time.boot = "";  // not known: it may be the same
        s.again();
        CHECK(s.why_locked() == kind::by_desktop);
        s.time.boot = "the next boot";
        s.again();
        CHECK(s.holds() == "a=quoll");
        CHECK(s.lock());
        s.time.boot = "another boot";
        s.wishes.follows_desktop = false;
        s.again();
        CHECK(s.why_locked() == kind::by_person);
    }

    TEST_CASE("a lock that ends while the keyring is locked waits for the keyring")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        CHECK_FALSE(s.unlock_screen());
        CHECK(s.why_locked() == kind::key_locked);
        SUBCASE("which opens")
        {
            s.keyring.trouble.reset();
            s.keyring.says_changed();
            pump(s.io);
            CHECK(s.unlock());  // behind that in the queue
            CHECK(s.holds() == "a=quoll");
            s.again();
            CHECK(s.holds() == "a=quoll");
        }
        SUBCASE("and not while the screen is locked again")
        {
            CHECK(s.lock_screen());
            CHECK(s.why_locked() == kind::by_desktop);
            s.keyring.trouble.reset();
            s.keyring.says_changed();
            pump(s.io);
            CHECK(s.why_locked() == kind::by_desktop);
            CHECK(s.unlock_screen());
            CHECK(s.holds() == "a=quoll");
        }
    }

    TEST_CASE("a person's lock on top of the desktop's is the person's, also after a restart")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        CHECK(s.lock());
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.holds() == "locked by `sgauth lock`; run `sgauth unlock`");
        CHECK(s.unlock_screen());
        CHECK(s.store->locked());
        s.again();
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("so is one with a passphrase; an empty one changes nothing")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        CHECK(s.lock("").error().code == errc::invalid);
        CHECK(s.why_locked() == kind::by_desktop);
        CHECK(s.lock("one off"));
        CHECK(s.unlock_screen());
        CHECK(s.unlock().error().code == errc::denied);
        CHECK(s.unlock("one off"));
        CHECK(s.holds() == "a=quoll");
        CHECK(s.lock_screen());
        CHECK(s.unlock_screen());
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE(
        "a person's lock on top of it lasts also where the key is out of reach; one by passphrase cannot be"
    )
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock_screen());
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        CHECK(s.lock("one off").error().code == errc::denied);
        CHECK(s.why_locked() == kind::by_desktop);
        CHECK(s.lock());
        CHECK(s.why_locked() == kind::by_person);
        s.keyring.trouble.reset();
        CHECK(s.unlock_screen());
        CHECK(s.why_locked() == kind::by_person);
        s.again();
        CHECK(s.unlock_screen());
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("sessions under a passphrase need it again, and the screen has none")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.move("passphrase", "a phrase"));
        CHECK(s.lock_screen());
        CHECK(s.holds() == "locked with the desktop, and sealed by a passphrase; run `sgauth unlock`");
        CHECK(s.store->account().wants_passphrase);
        CHECK(s.unlock_screen().error().code == errc::denied);
        CHECK(s.why_locked() == kind::by_desktop);
        CHECK(s.lock());
        CHECK(s.why_locked() == kind::by_person);
        CHECK(s.store->account().wants_passphrase);
        CHECK(s.unlock("a phrase"));
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("memory alone is not locked by the desktop, and that is known before")
    {
        desktop_stage s(key_place::memory);
        CHECK(s.store->account().locks_by_passphrase);
        CHECK(s.put("a", "quoll"));
        CHECK(s.store->account().locks_by_passphrase);
        CHECK(s.lock_screen().error().code == errc::denied);
        CHECK(s.holds() == "a=quoll");
        CHECK(s.move("keyring"));
        CHECK_FALSE(s.store->account().locks_by_passphrase);
    }

    TEST_CASE("what is revoked behind the screen is gone when it is unlocked")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.put("b", "wombat"));
        CHECK(s.lock_screen());
        CHECK(s.revoke("a"));
        CHECK(s.unlock_screen());
        CHECK(s.holds() == "a=gone b=wombat");
    }

    TEST_CASE("a lock on top of a store that cannot be read does not lose it, and unlocking reads it again")
    {
        desktop_stage s;
        CHECK(s.put("a", "quoll"));
        s.end();
        std::filesystem::rename(s.files().store(), s.scratch / "kept");
        std::filesystem::create_directory(s.files().store());
        s.begin();
        REQUIRE(s.why_locked() == kind::unreadable);
        SUBCASE("the desktop's")
        {
            CHECK(s.lock_screen());
        }
        SUBCASE("a person's")
        {
            CHECK(s.lock());
        }
        SUBCASE("both")
        {
            CHECK(s.lock_screen());
            CHECK(s.lock());
        }
        CHECK(s.unlock().error().code == errc::denied);
        std::filesystem::remove(s.files().store());
        std::filesystem::rename(s.scratch / "kept", s.files().store());
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }
}
