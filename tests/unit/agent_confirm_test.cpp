// SPDX-License-Identifier: Apache-2.0
//
// What a rule wants confirmed: who is asked, what an answer is good for, and how a wait ends.
#include "src/agent/vault_follower.hpp"
#include "src/agent/wipe.hpp"
#include "tests/unit/agent_confirm_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.confirm")
{
    TEST_CASE("who cannot wait for a person is refused at once, and told how; a front end hears of it")
    {
        confirming s;
        front_end desk(s);
        const auto got = s.got();
        REQUIRE_FALSE(got);
        CHECK(got.error().name == proto::error_name::denied);
        CHECK(
            got.error().message ==
            "a rule wants it confirmed (f:1): careful; run `sgauth policy confirm` in a terminal and ask "
            "again "
            "with --prompt, or have a rule allow it"
        );
        CHECK_FALSE(s.table.find("a")->past.asked);
        const auto told = desk.next();
        CHECK(told.event == "missed");
        CHECK_FALSE(told.id);
        CHECK(told.executable == "/opt/tool");
        CHECK(told.user == "jane");
    }

    TEST_CASE("yes: it is handed out, and again without asking")
    {
        confirming s;
        front_end desk(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        CHECK_FALSE(waiting.done());
        const auto asked = desk.next();
        CHECK(asked.event == "ask");
        CHECK(asked.executable == "/opt/tool");
        CHECK(asked.pid == ::getpid());
        CHECK(asked.unit == "tool.service");
        CHECK(asked.site == "https://studio.example.com");
        CHECK(asked.user == "jane");
        CHECK(asked.form == "session_token");
        CHECK(asked.rule == "f:1");
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, true));
        CHECK(finish(s.io, waiting));
        CHECK(desk.next().event == "gone");
        CHECK(s.got());
        s.runs("/opt/other", 2);
        CHECK_FALSE(s.got());
        s.runs("/opt/tool");
        s.facts().unit = "other.service";
        CHECK_FALSE(s.got());
    }

    TEST_CASE("no: exit 6 for all who wait, and the next is asked anew")
    {
        confirming s;
        front_end desk(s);
        auto one = s.ask_with_prompt();
        auto two = s.ask_with_prompt();
        pump(s.io);
        const auto asked = desk.next();
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, false));
        CHECK(finish(s.io, one).error().message == "a person said no (f:1)");
        CHECK(finish(s.io, two).error().name == proto::error_name::denied);
        CHECK(desk.next().event == "gone");
        auto again = s.ask_with_prompt();
        pump(s.io);
        CHECK_FALSE(again.done());
        const auto anew = desk.next();
        CHECK(anew.event == "ask");
        CHECK(anew.id != asked.id);
        again.cancel();
        pump(s.io);
    }

    TEST_CASE("fifty that ask are one question, and a yes is for all of them")
    {
        confirming s;
        front_end desk(s);
        std::vector<started<answer<proto::get_credential_reply>>> crowd;
        for (int n = 0; n < 50; ++n)
            crowd.push_back(s.ask_with_prompt());
        pump(s.io);
        const auto asked = desk.next();
        CHECK_FALSE(desk.has_more());
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, true));
        for (auto& one : crowd)
            CHECK(finish(s.io, one));
    }

    TEST_CASE("each process of an interpreter is asked for by itself")
    {
        confirming s;
        s.runs("/usr/bin/python3.11");
        front_end desk(s);
        auto one = s.ask_with_prompt();
        pump(s.io);
        const auto first = desk.next();
        s.time.advance(1s);
        CHECK(desk.answers(*first.id, true));
        CHECK(finish(s.io, one));
        CHECK(s.got());
        ++s.facts().process.start_time;
        CHECK_FALSE(s.got());
    }

    TEST_CASE("an answer a moment before half a second is over is refused, and the question stays")
    {
        confirming s;
        front_end desk(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        s.time.advance(1min);  // it lay there; what counts is when it was sent
        const auto asked = desk.next();
        s.time.advance(500ms - 1ns);
        CHECK(desk.answers(*asked.id, true).error().name == proto::error_name::denied);
        pump(s.io);
        CHECK_FALSE(waiting.done());
        s.time.advance(1ns);
        CHECK(desk.answers(*asked.id, true));
        CHECK(finish(s.io, waiting));
    }

    TEST_CASE("who asks does not answer, nor who does not watch, nor one that stopped watching")
    {
        confirming s;
        auto desk = std::make_unique<front_end>(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        const auto asked = desk->next();
        s.time.advance(1s);
        proto::answer_question_call yes{*asked.id, true};
        CHECK(s.agent.answer_question(s.me, yes).error().name == proto::error_name::denied);
        caller stranger = desk->who;
        stranger.process.pid += 1;
        CHECK(s.agent.answer_question(stranger, yes).error().name == proto::error_name::denied);
        const caller left = desk->who;
        desk.reset();
        CHECK(s.agent.answer_question(left, yes).error().name == proto::error_name::denied);
        pump(s.io);
        CHECK_FALSE(waiting.done());
        waiting.cancel();
        pump(s.io);
        CHECK(s.agent.answer_question(left, yes).error().name == proto::error_name::failed);
    }

    TEST_CASE("the asker watches too, and still does not answer itself")
    {
        confirming s;
        front_end itself(s, s.me);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        const auto asked = itself.next();
        s.time.advance(1s);
        const auto taken = itself.answers(*asked.id, true);
        CHECK(taken.error().message == "a process does not answer its own question");
        itself.who.process.pid = 1;  // of another of its processes: it was not even told
        CHECK_FALSE(itself.answers(*asked.id, true));
        waiting.cancel();
        pump(s.io);
    }
}

TEST_SUITE("agent.confirm: how it ends")
{
    TEST_CASE("a question ends with the last who waits, not with the first")
    {
        confirming s;
        front_end desk(s);
        auto one = s.ask_with_prompt();
        auto two = s.ask_with_prompt();
        pump(s.io);
        const auto asked = desk.next();
        one.cancel();
        pump(s.io);
        CHECK_FALSE(desk.has_more());
        two.cancel();
        pump(s.io);
        CHECK(desk.next().event == "gone");
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, true).error().name == proto::error_name::failed);
        CHECK_FALSE(s.got());
    }

    TEST_CASE("one that nobody was shown ends without a word")
    {
        confirming s;
        front_end desk(s);
        auto one = s.ask_with_prompt();
        pump(s.io);
        one.cancel();
        pump(s.io);
        CHECK_FALSE(desk.has_more());
    }

    TEST_CASE("after two minutes nobody is there; a moment before somebody may be")
    {
        confirming s;
        front_end desk(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        desk.next();
        s.pass(2min - 1ns);
        CHECK_FALSE(waiting.done());
        s.pass(1ns);
        CHECK(finish(s.io, waiting).error().message.starts_with("nobody confirmed it in time (f:1); run `"));
        CHECK(desk.next().event == "gone");
    }

    TEST_CASE("each waits as long as it said, and no longer")
    {
        confirming s;
        front_end desk(s);
        auto patient = s.ask_with_prompt();
        auto hasty = s.ask_with_prompt(0ms);
        CHECK(finish(s.io, hasty).error().message.starts_with("nobody confirmed it in time (f:1); run `"));
        CHECK_FALSE(patient.done());
        patient.cancel();
        pump(s.io);
    }

    TEST_CASE("a lock forgets what was said yes to, and ends what is open")
    {
        confirming s;
        vault_follower follower(s.state, s.sink, s.desk);
        front_end desk(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        const auto asked = desk.next();
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, true));
        CHECK(finish(s.io, waiting));
        desk.next();
        s.runs("/opt/other", 2);
        auto open = s.ask_with_prompt();
        pump(s.io);
        desk.next();
        REQUIRE(run(s.io, s.store.lock(std::nullopt)));
        inside(s.io, [&] { follower.follow(); });
        CHECK(finish(s.io, open).error().message == "locked by a test");
        CHECK(desk.next().event == "gone");
        REQUIRE(run(s.io, s.store.unlock(std::nullopt, prompting::never)));
        s.add("a", "jane");
        s.runs("/opt/tool");
        CHECK_FALSE(s.got());
    }

    TEST_CASE("a wipe forgets it too")
    {
        confirming s;
        front_end desk(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        const auto asked = desk.next();
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, true));
        CHECK(finish(s.io, waiting));
        CHECK(run(s.io, wipe_everything(s.state, s.sink, s.desk)));
        s.add("a", "jane");
        CHECK_FALSE(s.got());
    }
}
