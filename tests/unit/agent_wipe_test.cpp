// SPDX-License-Identifier: Apache-2.0
//
// SIGUSR1: every credential goes, and nothing that was under way brings one back.
#include "proto/status.hpp"
#include "src/agent/wipe.hpp"
#include "tests/unit/agent_login_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.wipe")
{
    TEST_CASE("sessions, records and logins go, and no site hears of it")
    {
        agent_stage s;
        knows(s, 42, "jane", "");
        logs_in(s, "jane", "tok-1");
        REQUIRE(s.store.records.size() == 1);
        const auto begun = run(s.io, s.agent.begin_login(s.me, at_studio()));
        CHECK(run(s.io, wipe_everything(s.state, s.sink, s.desk)));
        CHECK(s.table.size() == 0);
        CHECK(s.store.records.empty());
        CHECK(s.desk.size() == 0);
        CHECK(s.got().error().name == proto::error_name::no_session);
        s.pass(48h);
        CHECK(s.site.on_log_out.calls().empty());
        // And a login that begins after it is as ever.
        knows(s, 42, "jane", "");
        CHECK(logs_in(s, "jane", "tok-2").kind == "done");
    }

    TEST_CASE("a vault that cannot be wiped is told, and memory goes all the same")
    {
        agent_stage s;
        knows(s, 42, "jane", "");
        logs_in(s, "jane", "tok-1");
        s.store.broken = true;
        CHECK(run(s.io, wipe_everything(s.state, s.sink, s.desk)).error().detail == "the disk is full");
        CHECK(s.table.size() == 0);
        CHECK(s.store.records.size() == 1);
    }

    TEST_CASE("a login whose token is being stored is not stored, shown or logged out")
    {
        agent_stage s;
        auto call = at_studio();
        call.user = "jane";
        const auto begun = run(s.io, s.agent.begin_login(s.me, call));
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        s.store.writes.hold();
        proto::answer_call word;
        word.login = begun->login;
        word.value = secret("pw");
        auto answering = start(s.io, s.agent.answer_login(s.me, std::move(word)));
        pump(s.io);
        REQUIRE(s.store.records.size() == 1);
        auto wiping = start(s.io, wipe_everything(s.state, s.sink, s.desk));
        pump(s.io);
        s.store.writes.release();
        finish(s.io, wiping);
        CHECK(finish(s.io, answering).error().name == proto::error_name::cancelled);
        pump(s.io);
        CHECK(s.store.records.empty());
        CHECK(s.table.size() == 0);
        CHECK(s.site.on_who_is.calls().empty());
        CHECK(s.site.on_log_out.calls().empty());
    }

    TEST_CASE("the keeper of sessions refuses what began before")
    {
        agent_stage s;
        new_session old(studio);
        old.user = "jane";
        old.token = session_token("tok-1");
        old.era = s.sink.era();
        new_session second(studio);
        second.user = "bob";
        second.token = session_token("tok-2");
        second.era = s.sink.era();
        const auto stored = run(s.io, s.sink.store(std::move(old)));
        REQUIRE(stored);
        CHECK(run(s.io, wipe_everything(s.state, s.sink, s.desk)));
        CHECK_FALSE(run(s.io, s.sink.store(std::move(second))));
        completion known;
        known.id = stored->id;
        known.generation = stored->generation;
        CHECK_FALSE(run(s.io, s.sink.complete(std::move(known))));
        CHECK(s.store.records.empty());
        CHECK(s.table.size() == 0);
    }

    TEST_CASE("what asks a site about a session is called back, and its asker told that the session is gone")
    {
        agent_stage s;
        s.add("a", "jane");
        s.pass(25h);
        s.site.on_probe.hold();
        proto::get_credential_call call;
        call.forms = {std::string(proto::form::session_token)};
        auto asking = start(s.io, s.agent.get_credential(s.me, call));
        pump(s.io);
        REQUIRE(s.site.on_probe.waiting() == 1);
        s.site.on_life.hold();
        inside(s.io, [&] { s.keeping.logged_in(*s.table.find("a")); });
        pump(s.io);
        REQUIRE(s.site.on_life.waiting() == 1);
        CHECK(run(s.io, wipe_everything(s.state, s.sink, s.desk)));
        pump(s.io);
        CHECK(s.site.on_probe.waiting() == 0);
        CHECK(s.site.on_life.waiting() == 0);
        CHECK(finish(s.io, asking).error().name == proto::error_name::no_session);
        const auto asked = s.site.on_probe.calls().size();
        s.site.on_probe.release();
        s.pass(48h);
        CHECK(s.site.on_probe.calls().size() == asked);
    }
}
