// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "src/policy/process_facts.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <unistd.h>

using namespace sgauth;
using namespace sgauth::test;

namespace {

policy_rule rule(rule_action action, std::string executable = {})
{
    policy_rule r;
    r.action = action;
    r.executable = std::move(executable);
    r.source = "f:1";
    return r;
}

struct judged : agent_stage {
    void runs(std::string executable)
    {
        auto facts = std::make_shared<process_facts>();
        facts->executable = std::move(executable);
        facts->is_known = true;
        me.facts = std::move(facts);
    }
    std::vector<policy_rule>& rules() { return configuration.values.rules; }
    renewal_section& rules_of_renewal() { return session_stage::rules; }
};

answer<proto::test_policy_reply> told(agent_stage& s, proto::test_policy_call call = {})
{
    if (call.pid == 0)
        call.pid = ::getpid();
    return s.agent.test_policy(s.me, call);
}

}  // namespace

TEST_SUITE("agent.policy")
{
    TEST_CASE("a denied program gets no credential, and does not keep the session alive")
    {
        judged s;
        s.add("a", "jane");
        s.runs("/opt/other");
        s.rules() = {rule(rule_action::allow, "/opt/maya"), rule(rule_action::deny)};
        s.rules()[1].reason = "ask the desk";
        const auto got = s.got();
        REQUIRE_FALSE(got);
        CHECK(got.error().name == proto::error_name::denied);
        CHECK(got.error().message == "a rule denies it (f:1): ask the desk");
        CHECK_FALSE(s.table.find("a")->past.asked);
        s.runs("/opt/maya");
        CHECK(s.got());
        CHECK(s.table.find("a")->past.asked);
    }

    TEST_CASE("who the user is, is no secret that rules keep")
    {
        judged s;
        s.add("a", "jane");
        s.rules() = {rule(rule_action::deny)};
        CHECK(s.agent.get_user(s.me, {}));
        CHECK(s.agent.list(s.me)->sessions.size() == 1);
    }

    TEST_CASE("programs are looked at only while there are rules")
    {
        judged s;
        CHECK_FALSE(s.agent.judges_programs());
        s.rules() = {rule(rule_action::deny)};
        CHECK(s.agent.judges_programs());
    }

    TEST_CASE("a process that becomes another while it waits for the site is judged as it is then")
    {
        judged s;
        s.add("a", "jane");
        s.time.advance(std::chrono::hours(25));
        s.site.on_probe.answer(accepted());
        s.rules() = {rule(rule_action::allow, "/**"), rule(rule_action::deny)};
        s.runs("/opt/maya");  // no such process: by the time of the answer it is not what it was
        const auto got = s.got();
        REQUIRE_FALSE(got);
        CHECK(got.error().name == proto::error_name::denied);
        CHECK(got.error().message.find("cannot be told") != std::string::npos);
    }

    TEST_CASE("a test of the policy refuses what is no process, no form, no site")
    {
        judged s;
        CHECK(told(s, {-1, {}, {}, {}}).error().subject == "pid");
        CHECK(told(s, {INT64_MAX, {}, {}, {}}).error().subject == "pid");
        CHECK(told(s, {0, {}, {}, "cookie"}).error().subject == "form");
        CHECK(told(s, {0, "ftp://x", {}, {}}).error().name == proto::error_name::invalid_site);
        s.me.role = caller_role::administrator;
        CHECK(told(s).error().name == proto::error_name::denied);
    }

    TEST_CASE("a test of the policy tells the verdict, the rule and what is known")
    {
        judged s;
        s.me.uid = ::geteuid();
        s.add("a", "jane");
        s.rules() = {rule(rule_action::deny, "/nobody"), rule(rule_action::deny, "/**")};
        s.rules()[1].source = "f:9";
        const auto reply = told(s);
        REQUIRE(reply);
        CHECK(reply->action == "deny");
        CHECK(reply->rule == "f:9");
        CHECK(reply->reason == "a rule denies it (f:9)");
        CHECK(reply->user == "jane");
        CHECK(reply->form == proto::form::session_token);
        CHECK(reply->executable.ends_with("unit_agent"));
        CHECK(reply->is_known);
        CHECK_FALSE(reply->foreign_namespace);
        CHECK(s.got().error().name == proto::error_name::denied);
    }

    TEST_CASE("a test of the policy where nobody is logged in goes by what is asked for")
    {
        judged s;
        s.me.uid = ::geteuid();
        policy_rule janes = rule(rule_action::deny);
        janes.site = "https://studio.example.com";
        janes.user = "jane";
        s.rules() = {janes};
        CHECK(told(s)->action == "allow");
        CHECK(told(s)->reason == "no rule applies; so far there is nothing to hand out: nobody is logged in");
        CHECK(told(s, {0, "studio.example.com", "Jane", {}})->action == "deny");
        CHECK(told(s, {0, "studio.example.com", "bob", {}})->action == "allow");
    }

    TEST_CASE("a test of the policy says what else keeps a credential back, in the words that the asker gets")
    {
        judged s;
        s.me.uid = ::geteuid();
        s.add("a", "jane");
        s.rules() = {rule(rule_action::allow)};
        const auto same_as_asked = [&s](proto::get_credential_call call = {}) {
            proto::test_policy_call test;
            if (!call.forms.empty())
                test.form = call.forms.front();
            const auto would = told(s, test);
            REQUIRE(would);
            CHECK(would->action == "deny");
            CHECK_FALSE(would->rule);
            const auto got = s.got(std::move(call));
            REQUIRE_FALSE(got);
            CHECK(would->reason == got.error().message);
        };
        CHECK(told(s)->action == "allow");
        CHECK(s.got());
        for (const auto form : {proto::form::script_key, proto::form::bearer}) {
            proto::get_credential_call call;
            call.forms = {std::string(form)};
            same_as_asked(std::move(call));
        }
        s.configuration.values.audit.required = true;
        same_as_asked();
        s.configuration.values.audit.sink = audit_sink::file;
        CHECK(told(s)->action == "allow");
        s.book.breaks = "the disk is full";
        CHECK_FALSE(s.got());  // by which it is known
        same_as_asked();
        s.configuration.values.audit.required = false;
        CHECK(told(s)->action == "allow");

        run(s.io, s.store.lock(std::nullopt));
        s.table.lock("locked by a test");
        same_as_asked();
        CHECK(told(s)->reason == "locked by a test");
        CHECK(told(s, {0, "studio.example.com", "bob", {}})->reason == "locked by a test");
        s.rules() = {rule(rule_action::deny)};
        CHECK(told(s)->reason == "a rule denies it (f:1)");  // the rules come first
    }

    TEST_CASE("a test of the policy tells of a session that has ended, and asks no person about it")
    {
        judged s;
        s.me.uid = ::geteuid();
        s.add("a", "jane");
        for (const rule_action action : {rule_action::allow, rule_action::confirm}) {
            s.rules() = {rule(action)};
            CHECK(told(s)->action == (action == rule_action::allow ? "allow" : "confirm"));
        }
        s.rules_of_renewal().max_age = std::chrono::hours(1);
        s.time.advance(std::chrono::hours(1));
        for (const rule_action action : {rule_action::allow, rule_action::confirm}) {
            s.rules() = {rule(action)};
            CHECK(told(s)->action == "deny");
            CHECK(told(s)->reason.ends_with("has ended: it reached the age that the settings allow"));
        }
        s.rules().clear();
        const std::string before = told(s)->reason;
        CHECK(s.got().error().message == before);
        CHECK(told(s)->reason == before);
    }

    TEST_CASE("a test of the policy says when nothing is handed out for another reason")
    {
        judged s;
        s.me.uid = ::geteuid() + 1;
        CHECK(told(s)->action == "deny");
        CHECK(told(s)->reason.find("its own user") != std::string::npos);
        s.me.uid = ::geteuid();
        CHECK(told(s)->action == "allow");
        s.configuration.problems = {"f:3: site.timout: unknown key"};
        CHECK(told(s)->action == "deny");
        CHECK(told(s)->reason == "the settings have to be mended first: f:3: site.timout: unknown key");
    }
}
