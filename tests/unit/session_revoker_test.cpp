// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/session_revoker_fixture.hpp"

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("session.revoker")
{
    TEST_CASE("what is not there is not revoked")
    {
        session_stage s;
        const auto outcomes = run(s.io, revoke(s, "a"));
        REQUIRE(outcomes);
        CHECK(outcomes->empty());
        CHECK(s.journal.empty());
    }

    TEST_CASE("a vault that cannot be written is an error that says so; the session is gone all the same")
    {
        session_stage s;
        s.add("a", "jane");
        s.store.broken = true;
        const auto outcomes = run(s.io, revoke(s, "a", at_the_site::leave_alone));
        REQUIRE_FALSE(outcomes);
        CHECK(outcomes.error().detail.find("the disk is full") != std::string::npos);
        CHECK(outcomes.error().detail.find("may come back") != std::string::npos);
        CHECK(s.table.size() == 0);
    }

    TEST_CASE("a disk that hangs: nobody waits for it, that is told, and it is written when it answers")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        s.store.writes.hold();
        auto running = start(s.io, revoke(s, "a"));
        pump(s.io);
        s.pass(3s - 1ns);
        CHECK_FALSE(running.done());
        s.pass(1ns);
        REQUIRE(running.done());
        const auto outcomes = running.take();
        REQUIRE_FALSE(outcomes);
        CHECK(outcomes.error().detail.find("may come back after a restart") != std::string::npos);
        CHECK(outcomes.error().detail.find("the disk does not answer") != std::string::npos);
        CHECK(s.table.size() == 0);
        CHECK(s.revoking.pending() == 1);
        s.store.writes.release();
        pump(s.io);
        CHECK(s.revoking.pending() == 0);
        CHECK(s.site.on_log_out.calls().size() == 1);
        CHECK(s.store.records.empty());
    }

    TEST_CASE("watchers hear of it before the site does, and it is durable before it is reported")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.hold();
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        auto running = start(s.io, revoke(s, "a"));
        pump(s.io);
        CHECK(s.journal == journal{"revoked a", "put a"});
        const auto kept = read_record(s.store.records.at("a"), s.time.now(), s.time.wall());
        REQUIRE(kept);
        CHECK(kept->is_revoked);
        CHECK_FALSE(running.done());
        s.site.on_log_out.release();
        const revocation r = only(finish(s.io, running));
        CHECK(r.word == site_word::confirmed);
        CHECK_FALSE(r.accepted_until);
        pump(s.io);
        CHECK(s.store.records.empty());
        CHECK(s.revoking.pending() == 0);
    }

    TEST_CASE("what the site still takes is said, with until when")
    {
        session_stage s;
        s.add("a", "jane");
        const wall_time end = s.time.wall() + 7h;
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::alive, session_life{s.time.wall(), end, {}, false}});
        const revocation r = only(run(s.io, revoke(s, "a")));
        CHECK(r.word == site_word::still_accepted);
        CHECK(r.accepted_until == end);
        CHECK(s.site.on_probe.calls().empty());  // a read would prolong it
    }

    TEST_CASE("a licence that has run out is another clock: the session's end is not confirmed by it")
    {
        session_stage s;
        s.add("a", "jane");
        const wall_time end = s.time.wall() + 7h;
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::alive, session_life{s.time.wall(), end, {}, true}});
        const revocation r = only(run(s.io, revoke(s, "a")));
        CHECK(r.word == site_word::unconfirmed);
        CHECK(r.accepted_until == end);
    }

    TEST_CASE("a site that cannot tell without prolonging gives unconfirmed, until its window is over")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{});
        const revocation r = only(run(s.io, revoke(s, "a")));
        CHECK(r.word == site_word::unconfirmed);
        CHECK(r.accepted_until == s.time.wall() + 24h);
    }

    TEST_CASE("an unreachable site is tried again until it would have forgotten the session by itself")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.always([](const site_call&) -> site_answer<void> {
            return std::unexpected(site_trouble{trouble::offline, "away", {}, {}});
        });
        const revocation r = only(run(s.io, revoke(s, "a")));
        CHECK(r.word == site_word::unreachable);
        CHECK(r.accepted_until == s.time.wall() + 24h);
        CHECK(s.revoking.pending() == 1);
        CHECK(s.table.find("a") == nullptr);
        s.pass(3s);
        CHECK(s.site.on_log_out.calls().size() == 2);
        for (int i = 0; i < 24 * 6 + 2; ++i)
            s.pass(10min);
        CHECK(s.revoking.pending() == 0);
        CHECK(s.store.records.empty());
        const std::size_t tries = s.site.on_log_out.calls().size();
        s.pass(48h);
        CHECK(s.site.on_log_out.calls().size() == tries);
    }

    TEST_CASE("the site comes back: the session is ended there after all")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.answer(std::unexpected(site_trouble{trouble::maintenance, "busy", {}, {}}));
        run(s.io, revoke(s, "a"));
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        s.pass(3s);
        CHECK(s.revoking.pending() == 0);
        CHECK(s.site.on_log_out.calls().back().secret == "token-of-jane");
    }

    TEST_CASE("--local and scripts leave the site alone")
    {
        session_stage s;
        s.add("a", "jane");
        CHECK(only(run(s.io, revoke(s, "a", at_the_site::leave_alone))).word == site_word::not_tried);
        s.add("b", "farm", session_kind::script);
        CHECK(only(run(s.io, revoke(s, "b"))).word == site_word::not_tried);
        CHECK(s.site.on_log_out.calls().empty());
        CHECK(s.journal == journal{"revoked b", "erase b"});
    }

    TEST_CASE(
        "--local says until when the site may accept a person's session; an ended one and a key have no such "
        "time"
    )
    {
        session_stage s;
        s.add("a", "jane");
        s.add("b", "farm", session_kind::script);
        s.add("c", "bob");
        s.table.ended("c", 1, end_reason::site);
        CHECK(
            only(run(s.io, revoke(s, "a", at_the_site::leave_alone))).accepted_until == s.time.wall() + 24h
        );
        CHECK_FALSE(only(run(s.io, revoke(s, "b", at_the_site::leave_alone))).accepted_until);
        CHECK_FALSE(only(run(s.io, revoke(s, "c", at_the_site::leave_alone))).accepted_until);
    }

    TEST_CASE("what a login has left behind in the vault is erased too, and said if it cannot be")
    {
        for (const bool can : {true, false}) {
            session_stage s;
            s.add_with_leftover("a", "jane", "old");
            s.store.breaks = [can](const std::string& note) { return !can && note == "erase old"; };
            const auto done = run(s.io, revoke(s, "a", at_the_site::leave_alone));
            CHECK(done.has_value() == can);
            CHECK(s.store.records.contains("old") == !can);
        }
    }

    TEST_CASE("a site that asks for patience is not told again before that")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.always([](const site_call&) -> site_answer<void> {
            return std::unexpected(site_trouble{trouble::throttled, "slower", {}, 300s});
        });
        CHECK(only(run(s.io, revoke(s, "a"))).word == site_word::unreachable);
        s.pass(299s);
        CHECK(s.site.on_log_out.calls().size() == 1);
        s.pass(2s);
        CHECK(s.site.on_log_out.calls().size() == 2);
    }

    TEST_CASE("a token that a new login has replaced is logged out, without a record")
    {
        session_stage s;
        session old(studio);
        old.id = "a";
        old.user = "jane";
        old.token = session_token("old-token");
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        s.revoking.retire(std::move(old));
        pump(s.io);
        REQUIRE(s.site.on_log_out.calls().size() == 1);
        CHECK(s.site.on_log_out.calls()[0].secret == "old-token");
        CHECK(s.journal.empty());
        CHECK(s.revoking.pending() == 0);
    }
}
