// SPDX-License-Identifier: Apache-2.0
//
// `auto` where the desktop's keyring answers and is locked: who is asked to open it, and what becomes of the
// store.

#include "tests/support/vault_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;

namespace {

const key_fault away{key_trouble::away, "no credential was given"};
const key_fault locked{key_trouble::locked, "the keyring is locked"};

// A desktop whose default keyring is locked, and no credential.
struct desktop_stage : vault_stage {
    explicit desktop_stage(std::optional<key_place> place = std::nullopt) : vault_stage(place)
    {
        credential.trouble = away;
        desktop.trouble = locked;
        holders = {&credential, &desktop, &keyring};
        again();
    }
    // As a login does whose caller allows it.
    void ask()
    {
        std::function<void()> asks = [this] { ++told; };
        run(io, store->open_keyring(std::move(asks)));
    }
    bool why_has(std::string_view what) const { return store->account().why.find(what) != std::string::npos; }

    int told = 0;
};

}  // namespace

TEST_SUITE("vault.sealed_vault: the choice")
{
    TEST_CASE("a keyring that is locked asks the person, who is told before, and has the key")
    {
        desktop_stage s;
        s.ask();
        CHECK(s.told == 1);
        CHECK(s.desktop.asked_person == 1);
        CHECK(s.log_in("a", "quoll"));
        CHECK(s.store->account().place == "secret-service");
        CHECK(s.why_has("no credential was given"));
        CHECK(s.why_has("not tried after it: the kernel keyring"));
    }

    TEST_CASE("one that nobody opened is passed over, and the account says how, and how to move")
    {
        desktop_stage s;
        s.desktop.dialog_trouble = key_fault{key_trouble::locked, "the dialog was closed"};
        s.ask();
        CHECK(s.told == 1);
        CHECK(s.log_in("a", "quoll"));
        CHECK(s.store->account().place == "keyring");
        CHECK(s.why_has("its default keyring was locked and was not opened (the dialog was closed)"));
        CHECK(s.why_has("`sgauth vault secret-service`"));
        // It never moves away by itself, and what is stored asks nobody.
        s.desktop.dialog_trouble.reset();
        s.ask();
        CHECK(s.desktop.asked_person == 1);
        s.desktop.trouble.reset();
        s.again();
        CHECK(s.put("b", "wombat"));
        CHECK(s.store->account().place == "keyring");
        CHECK(s.move("secret-service"));
        CHECK(s.store->account().place == "secret-service");
    }

    TEST_CASE("a login that allows no dialog shows none")
    {
        desktop_stage s;
        CHECK(s.log_in("a", "quoll"));
        CHECK(s.desktop.asked_person == 0);
        CHECK(s.store->account().place == "keyring");
        CHECK(s.why_has("its default keyring was locked and was not opened (this login"));
    }

    TEST_CASE("nobody is asked where the locked keyring would not have the key")
    {
        desktop_stage s;
        s.credential.trouble.reset();
        s.ask();
        desktop_stage elsewhere(key_place::keyring);
        elsewhere.ask();
        desktop_stage open;
        open.desktop.trouble.reset();
        open.ask();
        CHECK(s.told + elsewhere.told + open.told == 0);
        CHECK(s.desktop.asked_person + elsewhere.desktop.asked_person + open.desktop.asked_person == 0);
    }

    TEST_CASE("the settings' own place is opened the same way")
    {
        desktop_stage s(key_place::secret_service);
        s.ask();
        CHECK(s.told == 1);
        CHECK(s.log_in("a", "quoll"));
        CHECK(s.store->account().place == "secret-service");
    }

    TEST_CASE("a store whose key is gone for good is made anew, and asks as the first did")
    {
        desktop_stage s(key_place::keyring);
        CHECK(s.log_in("a", "quoll"));
        s.keyring.keys.clear();
        s.wishes.place.reset();
        s.again();
        REQUIRE(s.why_locked() == vault_lock::kind::key_gone);
        s.ask();
        CHECK(s.told == 1);
        CHECK(s.log_in("b", "wombat"));
        CHECK(s.store->account().place == "secret-service");
    }

    TEST_CASE("each place says why it is there, and how long that lasts")
    {
        for (const key_place place : {key_place::credential, key_place::keyring, key_place::memory}) {
            CAPTURE(word_for(place));
            vault_stage s(place);
            CHECK(s.put("a", "quoll"));
            const vault_account told = s.store->account();
            CHECK(told.place == word_for(place));
            CHECK(told.storage.find(lasting_of(place)) != std::string::npos);
            CHECK(told.why == "the settings say so; no other place was tried");
        }
    }
}
