// SPDX-License-Identifier: Apache-2.0
//
// Logins through the whole agent, from the first question to the session that askers get.

#include "proto/status.hpp"
#include "tests/unit/agent_login_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.log_in")
{
    TEST_CASE("bad settings take no password")
    {
        agent_stage s;
        s.configuration.problems = {"x.toml:1: broken"};
        const auto denied = run(s.io, s.agent.begin_login(s.me, at_studio()));
        CHECK(denied.error().name == proto::error_name::denied);
    }

    TEST_CASE("another process cannot answer, and learns nothing")
    {
        agent_stage s;
        const auto begun = run(s.io, s.agent.begin_login(s.me, at_studio()));
        REQUIRE(begun);
        caller other = s.me;
        other.process.pid = 4712;
        proto::answer_call answer;
        answer.login = begun->login;
        answer.value = secret("jane");
        CHECK(
            run(s.io, s.agent.answer_login(other, std::move(answer))).error().name ==
            proto::error_name::no_such_login
        );
        CHECK(s.agent.cancel_login(other, {begun->login}).error().name == proto::error_name::no_such_login);
        inside(s.io, [&] { CHECK(s.agent.cancel_login(s.me, {begun->login})); });
    }

    TEST_CASE("password and code: persisted first, then shown, then handed out")
    {
        agent_stage s;
        s.site.on_log_in.answer(refused<session_token>(refusal::code_needed));
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        knows(s, 42, "Jane", "jane@example.com");
        const proto::step step =
            person_logs_in(s, at_studio(), {{"user", "jane@example.com"}, {"password", "pw"}, {"code", "1"}});
        CHECK(step.kind == "done");
        REQUIRE(step.session);
        CHECK(step.session->user == "Jane");
        CHECK(step.session->is_default);
        REQUIRE(s.journal.size() >= 2);
        CHECK(s.journal[0] == "put " + step.session->id);
        CHECK(s.journal[1] == "added " + step.session->id);
        const auto got = s.got();
        REQUIRE(got);
        CHECK(got->credential.token->reveal() == "tok-1");
        proto::get_credential_call by_mail;
        by_mail.user = "JANE@example.com";
        CHECK(s.got(by_mail)->session.id == step.session->id);
    }

    TEST_CASE("somebody else's approval becomes that person's session, never the default, never the waiter's")
    {
        agent_stage s;
        auto call = at_studio();
        call.user = "jane";
        s.site.on_log_in.answer(accepted(session_token("tok-bob")));
        knows(s, 43, "bob", "bob@example.com");
        const auto step = person_logs_in(s, call, {{"password", "pw"}});
        CHECK(step.kind == "failed");
        CHECK_FALSE(step.session);
        const session* bob = s.table.find_user(studio, "bob");
        REQUIRE(bob);
        CHECK(bob->token.reveal() == "tok-bob");
        CHECK_FALSE(s.table.is_default(*bob));
        CHECK(s.table.find_user(studio, "jane") == nullptr);
        CHECK_FALSE(s.got());
    }

    TEST_CASE("an asker that allows prompting waits for a login under way; one that does not is told at once")
    {
        agent_stage s;
        const auto begun = run(s.io, s.agent.begin_login(s.me, at_studio()));
        REQUIRE(begun);
        proto::get_credential_call patient;
        patient.site = "studio.example.com";
        patient.prompt = true;
        auto waits = s.ask(patient);
        pump(s.io);
        CHECK_FALSE(waits.done());
        patient.prompt = false;
        CHECK(s.got(patient).error().name == proto::error_name::no_session);
        inside(s.io, [&] { CHECK(s.agent.cancel_login(s.me, {begun->login})); });
        CHECK(finish(s.io, waits).error().name == proto::error_name::no_session);
    }

    TEST_CASE("a disk that is full does not cost a login: it is kept in memory")
    {
        agent_stage s;
        s.store.broken = true;
        knows(s, 42, "jane", "");
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        const auto step = person_logs_in(s, at_studio(), {{"user", "jane"}, {"password", "pw"}});
        CHECK(step.kind == "done");
        CHECK(s.store.records.empty());
        REQUIRE(s.table.size() == 1);
        CHECK(s.got()->credential.token->reveal() == "tok-1");
    }

    TEST_CASE("a vault that is locked keeps nothing, not in memory either")
    {
        agent_stage s;
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        run(s.io, s.store.lock(std::nullopt));
        const auto begun = run(s.io, s.agent.begin_login(s.me, at_studio()));
        CHECK(begun.error().name == proto::error_name::denied);
        CHECK(s.table.size() == 0);
    }

    TEST_CASE("share_key is for scripts")
    {
        agent_stage s;
        auto call = at_studio();
        call.share_key = true;
        CHECK(run(s.io, s.agent.begin_login(s.me, call)).error().subject == "share_key");
    }

    TEST_CASE("a script logs in with its key and is no default")
    {
        agent_stage s;
        auto call = at_studio();
        call.script = "farm";
        call.share_key = true;
        s.site.on_check_script.answer(accepted(site_identity{7, "farm", {}}));
        const auto step = person_logs_in(s, call, {{"key", "k"}});
        CHECK(step.kind == "done");
        CHECK(s.table.default_of(studio) == nullptr);
        proto::get_credential_call farm;
        farm.user = "farm";
        CHECK(s.got(farm)->credential.script_key->reveal() == "k");
    }

    TEST_CASE("a script that was made anew at its site takes the place of the old one of that name")
    {
        agent_stage s;
        auto call = at_studio();
        call.script = "farm";
        call.again = true;
        s.site.on_check_script.answer(accepted(site_identity{7, "farm", {}}));
        CHECK(person_logs_in(s, call, {{"key", "k"}}).kind == "done");
        s.site.on_check_script.answer(accepted(site_identity{8, "farm", {}}));
        CHECK(person_logs_in(s, call, {{"key", "another"}}).kind == "done");
        CHECK(s.table.size() == 1);
        CHECK(s.table.named(studio, "farm").size() == 1);
    }
}
