// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

using journal = std::vector<std::string>;

revocation only(result<std::vector<revocation>> outcomes)
{
    REQUIRE(outcomes);
    REQUIRE(outcomes->size() == 1);
    return outcomes->front();
}

auto revoke(session_stage& s, std::string id, at_the_site what = at_the_site::log_out)
{
    return s.revoking.revoke({std::move(id)}, what, 5s);
}

}  // namespace

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

    TEST_CASE("a caller who leaves does not stop it")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_log_out.hold();
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        auto running = start(s.io, revoke(s, "a"));
        pump(s.io);
        running.cancel();
        pump(s.io);
        CHECK(s.revoking.pending() == 1);
        s.site.on_log_out.release();
        pump(s.io);
        CHECK(s.revoking.pending() == 0);
        CHECK(s.store.records.empty());
    }

    TEST_CASE("a panic wipes all and asks nobody")
    {
        session_stage s;
        s.add("a", "jane");
        s.add("b", "farm", session_kind::script);
        s.revoking.wipe_all();
        CHECK(s.table.size() == 0);
        CHECK(s.site.on_log_out.calls().empty());
    }
}

TEST_SUITE("session.record")
{
    TEST_CASE("what is no record of ours is refused")
    {
        for (const char* bad :
             {"",
              "{",
              "{}",
              R"({"v":2})",
              R"({"v":1,"site":"https://x.example"})",
              R"({"v":1,"site":"ftp://x"})",
              R"({"v":1,"id":"a","site":"https://x.example","kind":"human","user":"j","generation":1,"created":1})"
             }) {
            CAPTURE(bad);
            CHECK_FALSE(read_record(vault_record(bad), boot_time(100h), wall_time(5000s)));
        }
    }

    TEST_CASE("a record gives back what was written, unverified and of its age")
    {
        session_stage s;
        s.add("a", "Jane \"J\"");
        session copy(studio);
        copy.id = "a";
        copy.user = "Jane \"J\"";
        copy.user_id = 42;
        copy.aliases = {"jane@example.com"};
        copy.generation = 7;
        copy.token = session_token("t\xc3\xa9");
        copy.created = s.time.wall();
        const vault_record record = write_record(copy, true, false);
        s.time.advance(5h);
        const auto back = read_record(record, boot_time(1h), s.time.wall());
        REQUIRE(back);
        CHECK(back->held.user == "Jane \"J\"");
        CHECK(back->held.user_id == 42);
        CHECK(back->held.aliases == copy.aliases);
        CHECK(back->held.generation == 7);
        CHECK(back->held.token.reveal() == "t\xc3\xa9");
        CHECK(back->is_default);
        CHECK_FALSE(back->is_revoked);
        CHECK_FALSE(back->held.past.verified);
        CHECK(back->held.past.born == boot_time(1h) - 5h);
    }
}
