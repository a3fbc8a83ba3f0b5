// SPDX-License-Identifier: Apache-2.0
#include "src/policy/confirmations.hpp"
#include "src/policy/may_answer.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

process_facts program(std::string executable, ino_t inode, process_key process = {100, 1})
{
    process_facts facts;
    facts.process = process;
    facts.executable = std::move(executable);
    facts.device = 5;
    facts.inode = inode;
    facts.unit = "app.scope";
    facts.is_known = true;
    return facts;
}

caller at(const process_facts& facts)
{
    return {caller_role::owner, 1000, facts.process, std::make_shared<process_facts>(facts)};
}

constexpr boot_time noon{std::chrono::hours(12)};

// Whether a tool's question may be answered so; empty if it may.
std::string refusal(
    const caller& who,
    std::optional<boot_time> shown = noon,
    boot_time now = noon + 1s,
    const process_facts& asks = program("/opt/tool", 1)
)
{
    const auto leave = may_answer(asks, {asks.process}, who, shown, now);
    if (leave)
        return "";
    CHECK(leave.error().code == errc::denied);
    return leave.error().detail;
}

}  // namespace

TEST_SUITE("policy.confirmations")
{
    TEST_CASE("a yes is good for nothing else")
    {
        confirmations given;
        const process_facts tool = program("/opt/tool", 1);
        const confirmation_key key = confirmation_of(tool, "s1", "session_token");
        CHECK_FALSE(given.remembers(key));
        given.remember(key);
        CHECK(given.remembers(key));
        CHECK_FALSE(given.remembers(confirmation_of(tool, "s2", "session_token")));
        CHECK_FALSE(given.remembers(confirmation_of(tool, "s1", "bearer")));
        CHECK_FALSE(given.remembers(confirmation_of(program("/opt/tool", 2), "s1", "session_token")));
        process_facts other = tool;
        other.device = 6;
        CHECK_FALSE(given.remembers(confirmation_of(other, "s1", "session_token")));
        other = tool;
        other.changed += 1ns;
        CHECK_FALSE(given.remembers(confirmation_of(other, "s1", "session_token")));
        other = tool;
        other.unit = "b.scope";
        CHECK_FALSE(given.remembers(confirmation_of(other, "s1", "session_token")));
        given.forget();
        CHECK_FALSE(given.remembers(key));
    }

    TEST_CASE("an interpreter is remembered by process, another program by its file alone")
    {
        confirmations given;
        const auto key = [](std::string executable, process_key process) {
            return confirmation_of(program(std::move(executable), 1, process), "s", "session_token");
        };
        given.remember(key("/usr/bin/python3.11", {100, 1}));
        CHECK(given.remembers(key("/usr/bin/python3.11", {100, 1})));
        CHECK_FALSE(given.remembers(key("/usr/bin/python3.11", {101, 1})));
        CHECK_FALSE(given.remembers(key("/usr/bin/python3.11", {100, 2})));  // a later one of the same pid
        given.forget();
        given.remember(key("/opt/tool", {100, 1}));
        CHECK(given.remembers(key("/opt/moved/tool", {101, 7})));
    }

    TEST_CASE("so many are remembered, and of one more the oldest is forgotten")
    {
        confirmations given;
        const auto key = [](std::size_t n) {
            return confirmation_of(program("/opt/tool", n + 1), "s", "session_token");
        };
        for (std::size_t n = 0; n < confirmations::most; ++n)
            given.remember(key(n));
        given.remember(key(confirmations::most - 1));  // no new one
        CHECK(given.remembers(key(0)));
        given.remember(key(confirmations::most));
        CHECK_FALSE(given.remembers(key(0)));
        CHECK(given.remembers(key(1)));
        CHECK(given.remembers(key(confirmations::most)));
    }
}

TEST_SUITE("policy.may_answer")
{
    TEST_CASE("a process that was not sent the question does not answer it")
    {
        CHECK(
            refusal(at(program("/bin/front", 2, {200, 1})), std::nullopt) ==
            "only a front end that watches the questions may answer them"
        );
    }

    TEST_CASE("neither a process that asks nor its program answers")
    {
        CHECK(refusal(at(program("/opt/tool", 1, {100, 1}))) == "a process does not answer its own question");
        CHECK(refusal(at(program("/opt/tool", 2, {100, 1}))) == "a process does not answer its own question");
        CHECK(refusal(at(program("/opt/tool", 1, {200, 1}))) == "a program does not answer its own question");
        CHECK(
            refusal(at(program("/opt/link-of-it", 1, {200, 1}))) ==
            "a program does not answer its own question"
        );
    }

    TEST_CASE("who is not known does not answer")
    {
        process_facts unknown = program("/bin/front", 2, {200, 1});
        unknown.is_known = false;
        unknown.why_unknown = "the process has ended";
        CHECK(refusal(at(unknown)) == "it cannot be told which program answers: the process has ended");
        caller unseen = at(unknown);
        unseen.facts = nullptr;
        CHECK(refusal(unseen) == "it cannot be told which program answers: it was not looked at");
    }

    TEST_CASE("an answer before half a second is over is none; then it is")
    {
        const caller front = at(program("/bin/front", 2, {200, 1}));
        CHECK(refusal(front, noon, noon) == "nobody reads that fast: ask the person again");
        CHECK(refusal(front, noon, noon + 499ms) == "nobody reads that fast: ask the person again");
        CHECK(refusal(front, noon, noon + 500ms - 1ns) == "nobody reads that fast: ask the person again");
        CHECK(refusal(front, noon, noon + 500ms) == "");
    }

    TEST_CASE("sgauth asks in one process and answers in another, never in the same")
    {
        const process_facts token = program("/usr/bin/sgauth", 9, {100, 1});
        CHECK(refusal(at(program("/usr/bin/sgauth", 9, {200, 1})), noon, noon + 1s, token) == "");
        CHECK(refusal(at(token), noon, noon + 1s, token) == "a process does not answer its own question");
        CHECK(refusal(at(program("/usr/bin/sgauth", 9, {200, 1})), noon, noon + 1ms, token) != "");
        const process_facts named_like_it = program("/opt/my-sgauth", 3, {100, 1});
        CHECK(refusal(at(program("/opt/my-sgauth", 3, {200, 1})), noon, noon + 1s, named_like_it) != "");
    }
}
