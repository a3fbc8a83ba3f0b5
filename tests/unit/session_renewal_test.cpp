// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

life_answer alive(wall_time created, wall_time expires)
{
    return {life_word::alive, session_life{created, expires, {}, false}};
}

}  // namespace

TEST_SUITE("session.keeper: renewal")
{
    TEST_CASE("kept alive while it is used: probed at half of the window, again at half of the next")
    {
        session_stage s;
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([](const site_call&) { return life_answer{}; });
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.start_keeping();
        s.pass(12h - 1s);
        CHECK(s.site.on_probe.calls().empty());
        s.pass(1s);
        CHECK(s.site.on_probe.calls().size() == 1);
        CHECK(s.journal == std::vector<std::string>{"renewed a"});
        s.table.asked("a", s.time.now());
        s.pass(12h);
        CHECK(s.site.on_probe.calls().size() == 2);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::valid);
    }

    TEST_CASE("nobody asks, nobody renews: it becomes unverified, and that is told")
    {
        session_stage s;
        s.add("a", "jane");
        s.start_keeping();
        s.pass(23h);
        CHECK(s.journal.empty());
        s.pass(1h);
        CHECK(s.journal == std::vector<std::string>{"unverified a"});
        CHECK(s.site.on_probe.calls().empty());
    }

    TEST_CASE("it was not in use and now is: the renewal is due at once")
    {
        session_stage s;
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([](const site_call&) { return life_answer{}; });
        s.add("a", "jane");
        s.start_keeping();
        s.pass(13h);
        const auto is_due = [&] { return s.keeping.is_due(s.at("a"), s.keeping.look_at(s.at("a"))); };
        CHECK_FALSE(is_due());
        s.table.asked("a", s.time.now());
        CHECK(is_due());
        s.keeping.poke();
        pump(s.io);
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("after a suspend it is unverified, and probed without being asked for if it is in use")
    {
        session_stage s;
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([](const site_call&) { return life_answer{}; });
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.start_keeping();
        s.time.suspend(1h);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::unverified);
        pump(s.io);
        CHECK(s.site.on_probe.calls().size() == 1);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::valid);
    }

    TEST_CASE("a silent site is asked less and less, and kept sessions stay kept")
    {
        session_stage s;
        s.site.on_probe.always([](const site_call&) -> site_verdict<void> {
            return std::unexpected(site_trouble{trouble::offline, "away", {}, {}});
        });
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.start_keeping();
        s.pass(1h);
        s.table.asked("a", s.time.now());
        s.pass(11h);
        CHECK(s.site.on_probe.calls().size() == 1);
        s.pass(1s);
        CHECK(s.site.on_probe.calls().size() == 1);
        s.pass(1s);
        CHECK(s.site.on_probe.calls().size() == 2);
        for (int i = 0; i < 60; ++i) {
            s.table.asked("a", s.time.now());
            s.pass(1min);
        }
        CHECK(s.site.on_probe.calls().size() < 16);
        CHECK(s.at("a").past.end == end_reason::none);
    }

    TEST_CASE("a renewal that ends in an exception is not the last one")
    {
        session_stage s;  // no answer is set: the first probe throws
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.start_keeping();
        s.pass(12h);
        CHECK(s.site.on_probe.calls().size() == 1);
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([](const site_call&) { return life_answer{}; });
        s.table.asked("a", s.time.now());
        s.pass(61s);
        CHECK(s.site.on_probe.calls().size() == 2);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::valid);
    }

    TEST_CASE("a session that goes while its life is asked is not prolonged")
    {
        session_stage s;
        const wall_time end = s.time.wall() + 3600s;
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([&](const site_call&) { return alive(end - 3600s, end); });
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.table.site_told_end("a", 1, end);
        s.start_keeping();
        s.site.on_life.hold();
        s.pass(12h);
        REQUIRE(s.site.on_life.waiting() == 1);
        s.table.take("a");
        s.site.on_life.release();
        pump(s.io);
        CHECK(s.site.on_prolong.calls().empty());
    }

    TEST_CASE("a site that asks for patience gets it")
    {
        session_stage s;
        s.site.on_probe.answer(std::unexpected(site_trouble{trouble::throttled, "slower", {}, 300s}));
        s.add("a", "jane");
        run(s.io, s.keeping.verify("a"));
        CHECK(s.at("a").past.not_before == s.time.now() + 300s);
    }

    TEST_CASE("max_age ends a session, with that reason and without a word of the site")
    {
        session_stage s;
        s.rules.max_age = 48h;
        s.add("a", "jane");
        s.start_keeping();
        s.pass(48h - 1s);
        CHECK(s.at("a").past.end == end_reason::none);
        s.pass(61s);
        CHECK(s.at("a").past.end == end_reason::max_age);
        CHECK(s.at("a").token.empty());
        CHECK(s.site.on_probe.calls().empty());
    }

    TEST_CASE("policy always renews what nobody uses, never renews nothing")
    {
        session_stage s;
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([](const site_call&) { return life_answer{}; });
        s.rules.policy = renew_when::always;
        s.add("a", "jane");
        s.start_keeping();
        s.pass(12h);
        CHECK(s.site.on_probe.calls().size() == 1);
        s.rules.policy = renew_when::never;
        s.table.asked("a", s.time.now());
        s.pass(20h);
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("a site that tells a session's life tells the window, and a renewal is seen to work")
    {
        session_stage s;
        const wall_time created = s.time.wall();
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([&](const site_call&) { return alive(created, s.time.wall() + 3600s); });
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.keeping.logged_in(s.at("a"));
        s.start_keeping();
        CHECK(s.keeping.rules_for(s.at("a")).idle_window == 1h);
        CHECK(s.table.habits(studio).renewal == renewal_word::assumed);
        s.pass(30min);
        CHECK(s.site.on_probe.calls().size() == 1);
        CHECK(s.table.habits(studio).renewal == renewal_word::confirmed);
        CHECK(s.keeping.rules_for(s.at("a")).idle_window == 1h);
    }

    TEST_CASE("a life that is first told at a renewal is the window and the age, and teaches no window")
    {
        session_stage s;
        const wall_time created = s.time.wall();
        s.site.on_probe.always([](const site_call&) { return accepted(); });
        s.site.on_life.always([&](const site_call&) { return alive(created, s.time.wall() + 86400s); });
        s.add("a", "jane");
        s.table.asked("a", s.time.now());
        s.start_keeping();
        s.pass(12h);
        CHECK(s.site.on_life.calls().size() == 1);
        CHECK(s.keeping.rules_for(s.at("a")).idle_window == 24h);
        CHECK(s.at("a").site_expires == s.time.wall() + 86400s);
    }

    TEST_CASE(
        "where reading does not prolong, the call that does is used, once; where nothing does it is said"
    )
    {
        for (const bool has_call : {true, false}) {
            session_stage s;
            wall_time end = s.time.wall() + 3600s;
            const wall_time created = s.time.wall();
            s.site.on_probe.always([](const site_call&) { return accepted(); });
            s.site.on_life.always([&](const site_call&) { return alive(created, end); });
            s.site.on_prolong.always([&](const site_call&) -> site_answer<bool> {
                if (has_call)
                    end = s.time.wall() + 3600s;
                return has_call;
            });
            s.add("a", "jane");
            s.table.asked("a", s.time.now());
            s.keeping.logged_in(s.at("a"));
            s.start_keeping();
            s.pass(30min);
            CHECK(s.site.on_prolong.calls().size() == 1);
            CHECK(
                s.table.habits(studio).renewal ==
                (has_call ? renewal_word::confirmed : renewal_word::not_working)
            );
        }
    }

    TEST_CASE("a script's key that was changed at the site says nothing of how long people's sessions live")
    {
        session_stage s;
        s.site.on_check_script.answer(refused<site_identity>(refusal::rejected));
        s.add("a", "jane");
        s.add("b", "farm", session_kind::script);
        s.time.advance(1h);
        CHECK(run(s.io, s.keeping.verify("b")).word == probe_word::rejected);
        CHECK(s.keeping.rules_for(s.at("a")).idle_window == 24h);
        CHECK(s.table.habits(studio).from == window_source::assumed);
    }

    TEST_CASE("a script's key is checked by its own call and kept by none")
    {
        session_stage s;
        s.site.on_check_script.answer(accepted(site_identity{7, "farm", {}}));
        s.add("a", "farm", session_kind::script);
        CHECK(run(s.io, s.keeping.verify("a")).word == probe_word::accepted);
        REQUIRE(s.site.on_check_script.calls().size() == 1);
        CHECK(s.site.on_check_script.calls()[0].secret == "key-of-farm");
        s.start_keeping();
        s.table.asked("a", s.time.now());
        s.pass(48h);
        CHECK(s.site.on_check_script.calls().size() == 1);
    }
}
