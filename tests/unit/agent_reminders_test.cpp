// SPDX-License-Identifier: Apache-2.0
//
// What the desktop shows of those who could not wait for a person, and when it shows nothing.
#include "tests/unit/agent_confirm_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.reminders")
{
    TEST_CASE("one that was refused for want of a person is shown, with what to do and no credential")
    {
        confirming s;
        CHECK_FALSE(s.got());
        REQUIRE(s.shown.shown.size() == 1);
        const desktop_notice& shown = s.shown.shown.front();
        CHECK(
            shown.summary == "sgauth: /opt/tool (pid " + std::to_string(::getpid()) +
                                 ") wants the session token of jane @ https://studio.example.com"
        );
        CHECK(
            shown.body ==
            "a rule wants you to confirm it: run `sgauth policy confirm` in a terminal, then "
            "ask again with --prompt"
        );
    }

    TEST_CASE("once in ten minutes, however often it asks")
    {
        confirming s;
        for (int n = 0; n < 50; ++n)
            CHECK_FALSE(s.got());
        s.time.advance(10min - 1ns);
        CHECK_FALSE(s.got());
        CHECK(s.shown.shown.size() == 1);
        s.time.advance(1ns);
        CHECK_FALSE(s.got());
        CHECK(s.shown.shown.size() == 2);
    }

    TEST_CASE("what a yes would not be for is shown by itself: another file, unit or session")
    {
        confirming s;
        CHECK_FALSE(s.got());
        s.runs("/opt/tool", 1);
        CHECK_FALSE(s.got());
        s.facts().unit = "other.service";
        CHECK_FALSE(s.got());
        s.add("b", "joe");
        proto::get_credential_call call;
        call.user = "joe";
        CHECK_FALSE(s.got(std::move(call)));
        CHECK(s.shown.shown.size() == 4);
        CHECK(s.shown.shown.back().summary.find("joe @") != std::string::npos);
    }

    TEST_CASE("an interpreter that is started over and over fills the screen no further than the bound")
    {
        confirming s;
        s.runs("/usr/bin/python3.11");
        for (std::size_t n = 0; n < 2 * notice_policy::most_in_an_hour; ++n) {
            ++s.facts().process.start_time;
            CHECK_FALSE(s.got());
        }
        CHECK(s.shown.shown.size() == notice_policy::most_in_an_hour);
    }

    TEST_CASE("never, where the settings say so, and from a reload on")
    {
        confirming s;
        s.configuration.values.prompt.notify = notify_when::never;
        CHECK_FALSE(s.got());
        CHECK(s.shown.shown.empty());
        s.configuration.values.prompt.notify = notify_when::needed;
        CHECK_FALSE(s.got());
        CHECK(s.shown.shown.size() == 1);
    }

    TEST_CASE("a front end that listens shows it: the desktop does not, until it has left")
    {
        confirming s;
        {
            front_end desk(s);
            CHECK_FALSE(s.got());
            CHECK(desk.next().event == "missed");
            CHECK(s.shown.shown.empty());
        }
        CHECK_FALSE(s.got());
        CHECK(s.shown.shown.size() == 1);
    }

    TEST_CASE("who asks is no front end for itself")
    {
        confirming s;
        front_end itself(s, s.me);
        CHECK_FALSE(s.got());
        CHECK(s.shown.shown.size() == 1);
    }

    TEST_CASE("who waits for a person, is denied, allowed or has nothing to ask for is not shown")
    {
        confirming s;
        auto waiting = s.ask_with_prompt();
        pump(s.io);
        waiting.cancel();
        pump(s.io);
        s.configuration.values.rules.front().action = rule_action::deny;
        CHECK_FALSE(s.got());
        s.configuration.values.rules.front().action = rule_action::confirm;
        proto::get_credential_call call;
        call.forms = {"bearer"};
        CHECK_FALSE(s.got(std::move(call)));
        s.configuration.values.rules.clear();
        CHECK(s.got());
        CHECK(s.shown.shown.empty());
    }

    TEST_CASE("a program's name is made fit to be shown, cut, and leaves room for the rest")
    {
        confirming s;
        s.runs("/opt/\x1b[2J\n\u202etool" + std::string(5000, '\x01'));
        CHECK_FALSE(s.got());
        REQUIRE(s.shown.shown.size() == 1);
        const desktop_notice& shown = s.shown.shown.front();
        CHECK(shown.summary.starts_with("sgauth: /opt/\\u{1b}[2J\\u{0a}\\u{202e}tool\\u{01}"));
        CHECK(shown.summary.ends_with(
            " ... (pid " + std::to_string(::getpid()) +
            ") wants the session token of jane @ https://studio.example.com"
        ));
        CHECK(shown.summary.size() + shown.body.size() < desktop_notices::most_bytes);
    }
}
