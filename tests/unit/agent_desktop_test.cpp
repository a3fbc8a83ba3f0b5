// SPDX-License-Identifier: Apache-2.0
#include "src/agent/desktop_lock_policy.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;

namespace {

using event = desktop_event;
using order = desktop_order;

// The orders of a day's events; the desktop's lock is on from the first `lock` to the next `unlock`.
std::vector<order> orders_of(std::initializer_list<event> day, desktop_lock at_first = desktop_lock::is_off)
{
    desktop_view view;
    desktop_lock now = at_first;
    std::vector<order> all;
    for (const event one : day) {
        all.push_back(order_for(view, one, now));
        if (all.back() != order::none)
            now = all.back() == order::lock ? desktop_lock::is_on : desktop_lock::is_off;
    }
    return all;
}

bool tells(agent_stage& s, std::string_view what)
{
    const auto now = s.agent.status(s.me);
    for (const std::string& one : now->problems)
        if (one.find(what) != std::string::npos)
            return true;
    return false;
}

void turn(agent_stage& s, bool on)
{
    s.configuration.values.lock.with_desktop = on;
    inside(s.io, [&] { s.desktop.obey_settings(); });
    pump(s.io);
}

}  // namespace

TEST_SUITE("agent.desktop_lock_policy")
{
    TEST_CASE("the screen")
    {
        CHECK(orders_of({event::lock, event::unlock}) == std::vector{order::lock, order::unlock});
        CHECK(
            orders_of({event::lock, event::lock, event::unlock, event::unlock}) ==
            std::vector{order::lock, order::lock, order::unlock, order::unlock}
        );
    }

    TEST_CASE("waking undoes what the sleep alone did")
    {
        CHECK(orders_of({event::wake}) == std::vector{order::none});
        CHECK(orders_of({event::sleep, event::wake}) == std::vector{order::lock, order::unlock});
        CHECK(
            orders_of({event::sleep, event::sleep, event::wake, event::wake}) ==
            std::vector{order::lock, order::lock, order::unlock, order::none}
        );
    }

    TEST_CASE("waking opens no locked screen")
    {
        const std::vector expected{order::lock, order::lock, order::none, order::unlock};
        CHECK(orders_of({event::lock, event::sleep, event::wake, event::unlock}) == expected);
        CHECK(orders_of({event::sleep, event::lock, event::wake, event::unlock}) == expected);
    }

    TEST_CASE("nor one that may have been locked before anybody listened")
    {
        CHECK(
            orders_of({event::wake, event::sleep, event::wake, event::unlock}, desktop_lock::is_on) ==
            std::vector{order::none, order::lock, order::none, order::unlock}
        );
    }

    TEST_CASE("a screen that is unlocked in the moment of falling asleep is open after it")
    {
        CHECK(
            orders_of({event::lock, event::sleep, event::unlock, event::wake}) ==
            std::vector{order::lock, order::lock, order::none, order::unlock}
        );
    }
}

TEST_SUITE("agent.desktop_follower")
{
    TEST_CASE("nothing is followed unless the settings say so")
    {
        agent_stage s;
        turn(s, false);
        CHECK(s.signals.begun == 0);
        CHECK(s.journal.empty());
        CHECK_FALSE(s.agent.status(s.me)->follows_desktop.value());
        s.signals.trouble = "there is no system bus";
        CHECK_FALSE(tells(s, "system bus"));
    }

    TEST_CASE("the vault is locked and unlocked as by the desktop")
    {
        agent_stage s;
        turn(s, true);
        turn(s, true);
        CHECK(s.signals.begun == 1);
        CHECK(s.agent.status(s.me)->follows_desktop.value());
        s.signals.says(s.io, event::lock);
        CHECK(s.store.locked()->why == vault_lock::kind::by_desktop);
        s.signals.says(s.io, event::unlock);
        s.signals.says(s.io, event::sleep);
        s.signals.says(s.io, event::wake);
        CHECK(
            s.journal ==
            std::vector<std::string>{
                "lock with the desktop",
                "unlock with the desktop",
                "lock with the desktop",
                "unlock with the desktop"
            }
        );
    }

    TEST_CASE("what was locked before it listened is not opened by a sleep")
    {
        agent_stage s;
        run(s.io, s.store.lock(std::nullopt, locker::desktop));
        turn(s, true);
        s.journal.clear();
        s.signals.says(s.io, event::sleep);
        s.signals.says(s.io, event::wake);
        CHECK(s.journal == std::vector<std::string>{"lock with the desktop"});
    }

    TEST_CASE("turned off it listens no more and unlocks; turned on again it knows nothing of before")
    {
        agent_stage s;
        turn(s, true);
        s.signals.says(s.io, event::sleep);
        turn(s, false);
        CHECK(s.signals.ended == 1);
        CHECK_FALSE(s.store.locked());
        CHECK(s.journal.back() == "unlock with the desktop");
        turn(s, true);
        CHECK(s.signals.begun == 2);
        s.journal.clear();
        s.signals.says(s.io, event::wake);
        CHECK(s.journal.empty());
    }

    TEST_CASE("what is in the way is told, as long as it is")
    {
        agent_stage s;
        turn(s, true);
        s.signals.trouble = "there is no system bus";
        CHECK(tells(s, "the desktop's lock cannot be followed: there is no system bus"));
        s.signals.trouble.reset();
        s.store.refuses_locks = true;
        s.signals.says(s.io, event::lock);
        CHECK(tells(s, "the desktop was locked, the sessions were not: a passphrase is needed"));
        s.store.refuses_locks = false;
        s.signals.says(s.io, event::lock);
        CHECK_FALSE(tells(s, "the desktop"));
    }
}
