// SPDX-License-Identifier: Apache-2.0
//
// Logins through the whole agent, from the first question to the session that askers get.

#include "proto/status.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

// A person at the terminal: answers what is asked, from what they know.
proto::step person_logs_in(
    agent_stage& s, proto::begin_login_call call, const std::map<std::string, std::string>& known
)
{
    auto begun = run(s.io, s.agent.begin_login(s.me, std::move(call)));
    REQUIRE(begun);
    proto::step step = std::move(begun->step);
    for (int i = 0; i < 10 && step.field; ++i) {
        proto::answer_call answer;
        answer.login = begun->login;
        answer.value = secret(known.at(*step.field));
        auto next = run(s.io, s.agent.answer_login(s.me, std::move(answer)));
        REQUIRE(next);
        step = std::move(next->step);
    }
    return step;
}

proto::begin_login_call at_studio()
{
    proto::begin_login_call call;
    call.site = "studio.example.com";
    return call;
}

void knows(agent_stage& s, std::int64_t id, std::string login, std::string email)
{
    s.site.on_life.always([](const site_call&) { return life_answer{}; });
    s.site.on_who_is.answer(accepted(std::optional(site_identity{id, std::move(login), std::move(email)})));
}

}  // namespace

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

    TEST_CASE("logging in again is the same session with a higher generation, under any of its names")
    {
        agent_stage s;
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        knows(s, 42, "jane", "jane@example.com");
        const auto first = person_logs_in(s, at_studio(), {{"user", "jane"}, {"password", "pw"}});
        auto call = at_studio();
        call.again = true;
        s.site.on_log_in.answer(accepted(session_token("tok-2")));
        knows(s, 42, "jane", "jane@example.com");
        const auto second = person_logs_in(s, call, {{"user", "jane@example.com"}, {"password", "pw"}});
        REQUIRE(second.session);
        CHECK(second.session->id == first.session->id);
        CHECK(second.session->generation > first.session->generation);
        CHECK(s.table.size() == 1);
        CHECK(s.store.records.size() == 1);
        CHECK(s.got()->credential.token->reveal() == "tok-2");
    }

    TEST_CASE("two people with one name over time are two sessions")
    {
        agent_stage s;
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        knows(s, 42, "jane", "");
        person_logs_in(s, at_studio(), {{"user", "jane"}, {"password", "pw"}});
        auto call = at_studio();
        call.again = true;
        s.site.on_log_in.answer(accepted(session_token("tok-2")));
        knows(s, 77, "jane", "");
        const auto second = person_logs_in(s, call, {{"user", "jane"}, {"password", "pw"}});
        REQUIRE(second.session);
        CHECK(s.table.size() == 2);
        CHECK_FALSE(second.session->is_default);
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

    TEST_CASE("a vault that cannot be written fails the login and says so; nothing is kept")
    {
        agent_stage s;
        s.store.broken = true;
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        const auto step = person_logs_in(s, at_studio(), {{"user", "jane"}, {"password", "pw"}});
        CHECK(step.kind == "failed");
        REQUIRE(step.message);
        CAPTURE(*step.message);
        CHECK(step.message->find("disk is full") != std::string::npos);
        CHECK(s.table.size() == 0);
    }

    TEST_CASE("a script logs in with its key and is no default")
    {
        agent_stage s;
        auto call = at_studio();
        call.script = "farm";
        s.site.on_check_script.answer(accepted(site_identity{7, "farm", {}}));
        const auto step = person_logs_in(s, call, {{"key", "k"}});
        CHECK(step.kind == "done");
        CHECK(s.table.default_of(studio) == nullptr);
        proto::get_credential_call farm;
        farm.user = "farm";
        CHECK(s.got(farm)->credential.script_key->reveal() == "k");
    }
}
