// SPDX-License-Identifier: Apache-2.0
//
// What front ends are told of those who could not wait for a person, and what is kept of it.
#include "src/agent/question_board.hpp"
#include "tests/unit/agent_confirm_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.missed")
{
    TEST_CASE("an administrator watches no questions and answers none")
    {
        confirming s;
        s.me.role = caller_role::administrator;
        CHECK(s.agent.watch_questions(s.me).error().name == proto::error_name::denied);
        CHECK(s.agent.answer_question(s.me, {"x", true}).error().name == proto::error_name::denied);
    }

    TEST_CASE("who comes later is told what was missed, then what is open, then that this is all")
    {
        confirming s;
        CHECK_FALSE(s.got());
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        const auto events = *s.agent.watch_questions(s.me);
        CHECK(run(s.io, events->next()).event == "missed");
        CHECK(run(s.io, events->next()).event == "ask");
        const auto last = run(s.io, events->next());
        CHECK(last.event == "synced");
        CHECK_FALSE(last.executable);
        waiting.cancel();
        pump(s.io);
    }

    TEST_CASE("what asks again and again is told once a minute")
    {
        confirming s;
        front_end desk(s);
        CHECK_FALSE(s.got());
        desk.next();
        CHECK_FALSE(s.got());
        s.time.advance(1min - 1ns);
        CHECK_FALSE(s.got());
        CHECK_FALSE(desk.has_more());
        s.time.advance(1ns);
        CHECK_FALSE(s.got());
        CHECK(desk.next().event == "missed");
    }

    TEST_CASE("so many are kept, the latest, also for one that does not read")
    {
        confirming s;
        front_end slow(s);
        for (std::size_t n = 0; n <= question_board::most_missed; ++n) {
            s.runs("/opt/tool" + std::to_string(n), n);
            CHECK_FALSE(s.got());
        }
        const std::string last = "/opt/tool" + std::to_string(question_board::most_missed);
        const auto events = *s.agent.watch_questions(s.me);
        for (const auto& next : {std::function([&] { return run(s.io, events->next()); }), std::function([&] {
                                     return slow.next();
                                 })}) {
            CHECK(next().executable == "/opt/tool1");
            for (std::size_t n = 2; n < question_board::most_missed; ++n)
                next();
            CHECK(next().executable == last);
        }
        CHECK_FALSE(slow.has_more());
    }

    TEST_CASE("the bytes of a program's name are made fit to be shown")
    {
        confirming s;
        front_end desk(s);
        s.runs("/opt/\x1b[2Jtool");
        CHECK_FALSE(s.got());
        CHECK(desk.next().executable == "/opt/\\u{1b}[2Jtool");
    }

    TEST_CASE("a session that has ended is no question for a person")
    {
        confirming s;
        front_end desk(s);
        s.table.ended("a", s.at("a").generation, end_reason::site);
        const auto got = finish(s.io, s.ask_with_prompt());
        CHECK(got.error().name == proto::error_name::expired);
        CHECK_FALSE(desk.has_more());
    }

    TEST_CASE("nor is a form that the session has not")
    {
        confirming s;
        front_end desk(s);
        proto::get_credential_call call;
        call.forms = {"bearer"};
        call.prompt = true;
        CHECK(s.got(std::move(call)).error().name == proto::error_name::form_unavailable);
        CHECK_FALSE(desk.has_more());
    }

    TEST_CASE("a test of the policy knows of a yes")
    {
        confirming s;
        s.me.uid = ::geteuid();
        const process_facts real = read_process_facts(s.me.process);
        s.runs(real.executable);
        s.facts().unit = real.unit;
        proto::test_policy_call call;
        call.pid = ::getpid();
        CHECK(s.agent.test_policy(s.me, call)->action == "confirm");
        front_end desk(s);
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        const auto asked = desk.next();
        s.time.advance(1s);
        CHECK(desk.answers(*asked.id, true));
        CHECK(finish(s.io, waiting));
        const auto told = s.agent.test_policy(s.me, call);
        CHECK(told->action == "allow");
        CHECK(told->reason == "a rule wants it confirmed (f:1): careful; a person said yes");
    }
}
