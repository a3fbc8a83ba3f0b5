#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// An agent with one session, one rule that wants it confirmed, a program that asks and front ends that
// answer.

#include "proto/status.hpp"
#include "src/policy/process_facts.hpp"
#include "src/policy/process_lookup_unix.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace sgauth::test {

struct confirming : agent_stage {
    confirming()
    {
        add("a", "jane");
        policy_rule rule;
        rule.action = rule_action::confirm;
        rule.reason = "careful";
        rule.source = "f:1";
        configuration.values.rules = {rule};
        me.process = find_process(::getpid())->key;
        runs("/opt/tool");
    }

    // What asks is this very process, as it is looked at again after a wait; under a name of the test's. With
    // `another` it is another file's.
    void runs(std::string executable, ino_t another = 0)
    {
        facts_ = std::make_shared<process_facts>(read_process_facts(me.process));
        facts_->executable = std::move(executable);
        facts_->inode += another;
        facts_->unit = "tool.service";
        me.facts = facts_;
    }
    process_facts& facts() { return *facts_; }

    started<answer<proto::get_credential_reply>> ask_with_prompt(
        std::chrono::milliseconds patience = std::chrono::hours(1)
    )
    {
        proto::get_credential_call call;
        call.prompt = true;
        call.timeout_ms = patience.count();
        return ask(std::move(call));
    }

private:
    std::shared_ptr<process_facts> facts_;
};

// A process that watches the questions; has read on as far as `synced`.
class front_end {
public:
    explicit front_end(agent_stage& stage) : front_end(stage, somebody()) {}
    front_end(agent_stage& stage, caller as) : who(std::move(as)), stage_(stage)
    {
        events_ = std::move(*stage_.agent.watch_questions(who));
        while (next().event != proto::question_event::synced)
            ;
    }
    front_end(const front_end&) = delete;
    front_end& operator=(const front_end&) = delete;
    ~front_end()
    {
        if (reading_)
            reading_->cancel();
        pump(stage_.io);
    }

    caller who;

    // What comes next; fails the test if nothing does.
    proto::watch_questions_reply next()
    {
        REQUIRE(has_more());
        auto event = reading_->take();
        reading_.reset();
        return event;
    }
    bool has_more()
    {
        if (!reading_)
            reading_ = start(stage_.io, events_->next());
        pump(stage_.io);
        return reading_->done();
    }
    answer<proto::answer_question_reply> answers(const std::string& id, bool yes)
    {
        std::optional<answer<proto::answer_question_reply>> taken;
        inside(stage_.io, [&] { taken = stage_.agent.answer_question(who, {id, yes}); });
        return std::move(*taken);
    }

private:
    static caller somebody()
    {
        auto facts = std::make_shared<process_facts>();
        facts->process = {5000, 1};
        facts->executable = "/usr/bin/front";
        facts->device = 1;
        facts->inode = 99;
        facts->is_known = true;
        return {caller_role::owner, 1000, facts->process, facts};
    }

    agent_stage& stage_;
    std::unique_ptr<question_stream> events_;
    std::optional<started<proto::watch_questions_reply>> reading_;
};

}  // namespace sgauth::test
