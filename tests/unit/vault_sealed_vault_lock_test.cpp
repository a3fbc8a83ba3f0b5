// SPDX-License-Identifier: Apache-2.0
#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

using kind = vault_lock::kind;

}  // namespace

TEST_SUITE("vault.sealed_vault.lock")
{
    TEST_CASE("each reason why it stays locked is told apart, and none is an empty store")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        s.again();
        CHECK(s.why_locked() == kind::key_locked);
        CHECK(s.store->locked()->reason == "the keyring is locked; unlock it, or run `sgauth unlock`");
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        s.again();
        CHECK(s.why_locked() == kind::key_away);
        const std::string& reason = s.store->locked()->reason;
        CHECK(reason.find("the keyring does not answer; the stored sessions wait for") == 0);
        CHECK(reason.find("`sgauth unlock`") != std::string::npos);
        CHECK(reason.find("`sgauth vault --reset`") != std::string::npos);
        s.keyring.trouble.reset();
        auto keys = std::exchange(s.keyring.keys, {});
        s.again();
        CHECK(s.why_locked() == kind::key_gone);
        CHECK(s.store->locked()->reason.find("somebody has removed the key") == 0);
        for (auto& [id, key] : keys)
            s.keyring.keys.emplace(id, random_key());
        s.again();
        CHECK(s.why_locked() == kind::wrong_key);
        CHECK(s.holds().find("sgauth vault --reset") != std::string::npos);
        CHECK(s.store->notes().size() == 1);
        CHECK_FALSE(s.put("b", "wombat"));
        s.keyring.keys = std::move(keys);
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a key gone with a reboot is told as that")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.end();
        store_image image = *read_store(s.files()).image;
        const std::size_t at = image.head.find(image.header.key_boot);
        image.head.replace(at, image.header.key_boot.size(), "an earlier one");
        CHECK(write_store(s.files(), image));
        s.keyring.keys.clear();
        s.begin();
        CHECK(s.why_locked() == kind::key_gone);
        CHECK(s.store->locked()->reason.find("the machine was rebooted") == 0);
    }

    TEST_CASE("a login where the key is gone for good begins a new store; the old one is set aside")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.keys.clear();
        s.again();
        CHECK(s.log_in("b", "wombat"));
        CHECK(s.holds() == "b=wombat");
        CHECK(std::filesystem::exists(s.folder() / "sessions.sealed.bad-1"));
    }

    TEST_CASE("anything but a login is refused where the key is gone, and the store stays where it is")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        auto keys = std::exchange(s.keyring.keys, {});
        s.again();
        const auto refused = s.put("site", "chosen");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::denied);
        CHECK(refused.error().detail.find("somebody has removed the key") == 0);
        CHECK_FALSE(std::filesystem::exists(s.folder() / "sessions.sealed.bad-1"));
        s.keyring.keys = std::move(keys);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("the place's own word opens it again")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        s.again();
        s.keyring.says_changed();  // something else has changed
        pump(s.io);
        CHECK(s.store->locked());
        s.keyring.trouble.reset();
        const int before = s.changes;
        s.keyring.says_changed();
        pump(s.io);
        CHECK_FALSE(s.store->locked());
        CHECK(s.changes == before + 1);
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a person is asked only where that is allowed")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        s.keyring.trouble = key_fault{key_trouble::locked, "the keyring is locked"};
        s.again();
        CHECK(s.unlock().error().code == errc::denied);
        CHECK(s.keyring.asked_person == 0);
        CHECK(s.unlock(nullptr, prompting::allowed));
        CHECK(s.keyring.asked_person == 1);
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a lock outlives the daemon, drops the key, and is opened by a person")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        const int before = s.changes;
        CHECK(s.lock());
        CHECK(s.changes == before + 1);
        CHECK(s.holds().find("sgauth unlock") != std::string::npos);
        CHECK(s.put("b", "wombat").error().code == errc::denied);
        CHECK(s.store->notes().size() == 1);
        CHECK_FALSE(s.restart.key);
        s.again();
        CHECK(s.why_locked() == kind::by_person);
        s.keyring.says_changed();
        pump(s.io);
        CHECK(s.store->locked());
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
        s.again();
        CHECK(s.holds() == "a=quoll");
    }

    // The kernel keyring is empty after a reboot: an unlock was refused for ever, and so was a login.
    TEST_CASE("where the key is lost behind a lock an unlock says so, and a login begins a new store")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock());
        auto keys = std::exchange(s.keyring.keys, {});
        s.again();
        CHECK(s.why_locked() == kind::by_person);
        CHECK_FALSE(s.log_in("b", "wombat"));
        const int before = s.changes;
        CHECK(s.unlock().error().detail.find("run `sgauth login`") != std::string::npos);
        CHECK(s.why_locked() == kind::key_gone);
        CHECK(s.changes == before + 1);
        s.keyring.keys = std::move(keys);  // had somebody a copy of it, nothing is lost
        CHECK(s.unlock());
        CHECK(s.holds() == "a=quoll");
        CHECK(s.lock());
        s.keyring.keys.clear();
        CHECK_FALSE(s.unlock());
        CHECK(s.log_in("b", "wombat"));
        CHECK(s.holds() == "b=wombat");
        CHECK(std::filesystem::exists(s.folder() / "sessions.sealed.bad-1"));
    }

    TEST_CASE("a place that only fails leaves it locked by the person")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock());
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        CHECK(s.unlock().error().detail == "the keyring does not answer");
        CHECK(s.why_locked() == kind::by_person);
        CHECK_FALSE(s.log_in("b", "wombat"));
    }

    TEST_CASE("what is revoked while it is locked is gone when it opens, and hidden before; what is owed too")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.put("b", "wombat"));
        CHECK(s.put("c", "bilby"));
        CHECK(s.lock());
        CHECK(s.revoke("a", afterwards::nothing));
        CHECK(s.revoke("c", afterwards::is_owed));
        CHECK(s.store->notes().size() == 1);
        s.again();
        CHECK(s.store->notes().size() == 1);
        CHECK(s.unlock());
        CHECK(s.holds() == "a=gone b=wombat c=owed");
        CHECK(s.revoke("a"));
        CHECK(s.holds() == "b=wombat c=owed");
    }

    TEST_CASE(
        "wrong passphrases: some are free, then there are pauses, which the right one has to wait for too"
    )
    {
        vault_stage s(key_place::passphrase);
        s.end();
        store_header header;
        header.place = key_place::passphrase;
        header.scrypt = new_scrypt_parameters(least_scrypt_n);  // a test has no time for more
        store_keys keys;
        keys.key = std::move(*derive(vault_passphrase("a phrase"), *header.scrypt));
        CHECK(write_store(s.files(), make_image(header, {}, keys)));
        s.begin();
        CHECK(s.unlock().error().code == errc::denied);
        CHECK_FALSE(s.store->retry_at());
        for (int i = 0; i < unlock_attempts::free_tries; ++i)
            CHECK(s.unlock("wrong").error().detail == "wrong passphrase");
        CHECK(s.store->retry_at() == s.time.now() + 1s);
        CHECK(s.unlock("a phrase").error().detail.find("too many") == 0);
        s.time.advance(1s);
        CHECK(s.unlock("wrong").error().detail == "wrong passphrase");
        CHECK(s.store->retry_at() == s.time.now() + 2s);
        s.time.advance(2s);
        CHECK(s.unlock("a phrase"));
        CHECK_FALSE(s.store->retry_at());
    }

    TEST_CASE("a one-off passphrase is needed beside the key")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock("").error().code == errc::invalid);
        CHECK_FALSE(s.store->locked());
        CHECK(s.lock("one off"));
        CHECK(s.store->locked()->wants_passphrase);
        CHECK(s.lock("another").error().code == errc::denied);
        s.again();
        CHECK(s.unlock().error().code == errc::denied);
        CHECK(s.unlock("wrong").error().detail == "wrong passphrase");
        CHECK(s.unlock("one off"));
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("memory alone is locked by a passphrase or not at all, and the passphrase keeps its key")
    {
        vault_stage s(key_place::memory);
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock().error().code == errc::denied);
        CHECK(s.holds() == "a=quoll");
        CHECK(s.lock("one off"));
        CHECK(s.unlock("one off"));
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("sessions under a passphrase wait for it after each start, and move out from under it")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(s.move("passphrase").error().code == errc::invalid);
        CHECK(s.move("passphrase", "").error().code == errc::invalid);
        CHECK(s.move("cellar").error().code == errc::invalid);
        CHECK(s.move("passphrase", "a phrase"));
        CHECK(s.keyring.keys.empty());
        CHECK_FALSE(s.restart.key);
        s.again();
        CHECK(s.store->account().wants_passphrase);
        CHECK(s.move("keyring").error().code == errc::denied);
        CHECK(s.unlock("a phrase"));
        CHECK(s.holds() == "a=quoll");
        CHECK(s.move("keyring"));
        s.again();
        CHECK(s.holds() == "a=quoll");
        CHECK(s.move("memory"));
        CHECK(s.keyring.keys.empty());
        CHECK_FALSE(std::filesystem::exists(s.files().store()));
        CHECK(s.holds() == "a=quoll");
    }

    TEST_CASE("a reset sets aside what cannot be opened, and nothing else")
    {
        vault_stage s;
        CHECK(s.put("a", "quoll"));
        CHECK(run(s.io, s.store->reset()).error().code == errc::invalid);
        s.keyring.trouble = key_fault{key_trouble::away, "the keyring does not answer"};
        s.again();
        CHECK(run(s.io, s.store->reset()));
        CHECK_FALSE(s.store->locked());
        CHECK(s.holds() == "");
        CHECK(s.tells_of("sessions.sealed.bad-1"));
    }

    TEST_CASE("a reset of memory alone has no file to set aside")
    {
        vault_stage s(key_place::memory);
        CHECK(s.put("a", "quoll"));
        CHECK(s.lock("one off"));
        CHECK(run(s.io, s.store->reset()));
        CHECK_FALSE(s.store->locked());
        CHECK(s.holds() == "");
        CHECK(s.tells_of("memory alone"));
    }
}
