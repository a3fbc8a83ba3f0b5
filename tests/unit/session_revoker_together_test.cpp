// SPDX-License-Identifier: Apache-2.0
//
// Several at a time, callers who leave, and SIGUSR1.
#include "tests/unit/session_revoker_fixture.hpp"

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("session.revoker: together")
{
    TEST_CASE("all are lost to askers at once, however slow the disk is")
    {
        session_stage s;
        s.add("a", "jane");
        s.add("b", "bob");
        s.store.writes.hold();
        auto running = start(s.io, s.revoking.revoke({"a", "b"}, at_the_site::leave_alone, 5s));
        pump(s.io);
        CHECK(s.table.size() == 0);
        CHECK_FALSE(running.done());
        s.store.writes.release();
        CHECK(finish(s.io, running)->size() == 2);
    }

    TEST_CASE("a caller who hangs up while the disk writes leaves nothing half done")
    {
        session_stage s;
        s.add("a", "jane");
        s.add("b", "bob");
        s.site.on_log_out.always([](const site_call&) { return site_answer<void>(); });
        s.site.on_life.always([](const site_call&) { return life_answer{life_word::dead, {}}; });
        s.store.writes.hold();
        auto running = start(s.io, s.revoking.revoke({"a", "b"}, at_the_site::log_out, 5s));
        pump(s.io);
        running.cancel();
        pump(s.io);
        CHECK(s.table.size() == 0);
        CHECK(s.revoking.pending() == 2);
        s.store.writes.release();
        pump(s.io);
        CHECK(s.site.on_log_out.calls().size() == 2);
        CHECK(s.store.records.empty());
        CHECK(s.revoking.pending() == 0);
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

    TEST_CASE("a panic ends the log-outs: nothing more is sent, and who waits is told that nobody knows")
    {
        session_stage s;
        s.add("a", "jane");
        s.add("b", "bob");
        s.site.on_log_out.answer(std::unexpected(site_trouble{trouble::offline, "away", {}, {}}));
        CHECK(only(run(s.io, revoke(s, "a"))).word == site_word::unreachable);
        s.site.on_log_out.hold();
        auto waits = start(s.io, revoke(s, "b"));
        pump(s.io);
        REQUIRE(s.revoking.pending() == 2);
        inside(s.io, [&] { s.revoking.wipe_all(); });
        CHECK(s.revoking.pending() == 0);
        const revocation r = only(finish(s.io, waits));
        CHECK(r.word == site_word::unconfirmed);
        CHECK(r.accepted_until == s.time.wall() + 24h);
        s.site.on_log_out.release();
        s.pass(48h);
        CHECK(s.site.on_log_out.calls().size() == 2);
        CHECK(s.site.on_life.calls().empty());
    }

    TEST_CASE("a panic while the disk writes: the site is not told afterwards")
    {
        session_stage s;
        s.add("a", "jane");
        s.store.writes.hold();
        auto waits = start(s.io, revoke(s, "a"));
        pump(s.io);
        inside(s.io, [&] { s.revoking.wipe_all(); });
        s.store.writes.release();
        CHECK(only(finish(s.io, waits)).word == site_word::unconfirmed);
        pump(s.io);
        CHECK(s.site.on_log_out.calls().empty());
        CHECK(s.revoking.pending() == 0);
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
