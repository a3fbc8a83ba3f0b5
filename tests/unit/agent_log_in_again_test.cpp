// SPDX-License-Identifier: Apache-2.0
//
// A login of somebody who has a session already, and whose it is.
#include "proto/status.hpp"
#include "tests/unit/agent_login_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.log_in: again")
{
    TEST_CASE("logging in again is the same session with a higher generation, under any of its names")
    {
        agent_stage s;
        s.site.on_log_in.answer(accepted(session_token("tok-1")));
        knows(s, 42, "jane", "jane@example.com");
        const auto first = person_logs_in(s, at_studio(), {{"user", "jane"}, {"password", "pw"}});
        auto call = at_studio();
        call.again = true;
        s.site.on_log_in.answer(accepted(session_token("tok-2")));
        site_ends(s);
        knows(s, 42, "jane", "jane@example.com");
        const auto second = person_logs_in(s, call, {{"user", "jane@example.com"}, {"password", "pw"}});
        REQUIRE(second.session);
        CHECK(second.session->id == first.session->id);
        CHECK(second.session->generation > first.session->generation);
        CHECK(s.table.size() == 1);
        CHECK(s.store.records.size() == 1);
        CHECK(s.got()->credential.token->reveal() == "tok-2");
        // What it replaces nobody could revoke any more: it is logged out.
        pump(s.io);
        REQUIRE(s.site.on_log_out.calls().size() == 1);
        CHECK(s.site.on_log_out.calls()[0].secret == "tok-1");
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

    TEST_CASE("the same token again is not logged out")
    {
        agent_stage s;
        site_ends(s);
        for (int i = 0; i < 2; ++i) {
            knows(s, 42, "jane", "");
            logs_in(s, "jane", "tok-1");
        }
        pump(s.io);
        CHECK(s.site.on_log_out.calls().empty());
        CHECK(s.got()->credential.token->reveal() == "tok-1");
    }

    TEST_CASE("a login that the site renamed is still found by the name that it had")
    {
        agent_stage s;
        knows(s, 42, "jane", "");
        logs_in(s, "jane", "tok-1");
        site_ends(s);
        s.site.on_who_is.answer(accepted(std::optional(site_identity{42, "jane.doe", ""})));
        const auto second = logs_in(s, "jane.doe", "tok-2");
        CHECK(second.session->user == "jane.doe");
        CHECK(s.table.size() == 1);
        CHECK(s.table.find_user(studio, "jane"));
    }

    TEST_CASE("where the site will not say who it is, the login that it told before is kept")
    {
        agent_stage s;
        knows(s, 42, "jane", "jane@example.com");
        logs_in(s, "jane", "tok-1");
        site_ends(s);
        s.site.on_who_is.answer(in_trouble(trouble::offline, "away"));
        const auto second = logs_in(s, "jane@example.com", "tok-2");
        CHECK(second.session->user == "jane");
        CHECK(s.table.size() == 1);
        CHECK(s.table.find_user(studio, "jane@example.com"));
        CHECK(s.at(second.session->id).user_id == 42);
    }

    TEST_CASE("a token that the site rejects at once is kept, and the next ask finds out")
    {
        agent_stage s;
        s.site.on_who_is.answer(refused<fake_site_client::known_user>(refusal::rejected));
        const auto step = logs_in(s, "jane", "tok-1");
        REQUIRE(step.session);
        CHECK(step.session->state == "unverified");
        s.site.on_probe.answer(rejects());
        CHECK(s.got().error().name == proto::error_name::expired);
    }

    TEST_CASE("a record that cannot be moved is erased by the revoke, not brought back by a restart")
    {
        for (const std::string fails : {"put", "erase"}) {
            CAPTURE(fails);
            agent_stage s;
            knows(s, 42, "jane", "");
            const auto first = logs_in(s, "jane", "tok-1");
            site_ends(s);
            // Of the second login the first put is its own record; what comes then fails.
            bool is_stored = false;
            s.store.breaks = [&](const std::string& note) {
                const bool is_first = !is_stored && note.starts_with("put ");
                is_stored = is_stored || is_first;
                return !is_first && note.starts_with(fails);
            };
            s.site.on_who_is.answer(accepted(std::optional(site_identity{42, "jane", ""})));
            const auto second = logs_in(s, "jane", "tok-2");
            CHECK(second.session->id == first.session->id);
            pump(s.io);
            s.store.breaks = [](const std::string&) { return false; };
            CHECK(s.store.records.size() == 2);
            proto::revoke_call all;
            all.all = true;
            CHECK(run(s.io, s.agent.revoke(s.me, all)));
            pump(s.io);
            CHECK(s.store.records.empty());
        }
    }

    TEST_CASE("an e-mail address that two people share names neither, and the choices are said")
    {
        agent_stage s;
        knows(s, 42, "jane", "team@example.com");
        logs_in(s, "jane", "tok-1");
        knows(s, 43, "bob", "team@example.com");
        logs_in(s, "bob", "tok-2");
        proto::get_credential_call team;
        team.user = "team@example.com";
        const auto which = s.got(team);
        REQUIRE_FALSE(which);
        CHECK(which.error().name == proto::error_name::ambiguous);
        CHECK(which.error().items == std::vector<std::string>{"bob", "jane"});
        proto::revoke_call both;
        both.all = true;
        both.user = "team@example.com";
        both.local = true;
        CHECK(run(s.io, s.agent.revoke(s.me, both))->revoked.size() == 2);
    }

    TEST_CASE(
        "a person who was made anew at the site is another one of the same name, and the way out is said"
    )
    {
        agent_stage s;
        knows(s, 42, "jane", "");
        logs_in(s, "jane", "tok-1");
        knows(s, 43, "jane", "");
        logs_in(s, "jane", "tok-2");
        CHECK(s.table.size() == 2);
        proto::get_credential_call jane;
        jane.user = "jane";
        CHECK(s.got(jane).error().message.find("`sgauth revoke --all --user jane`") != std::string::npos);
        proto::revoke_call both;
        both.all = true;
        both.user = "jane";
        both.local = true;
        CHECK(run(s.io, s.agent.revoke(s.me, both))->revoked.size() == 2);
        knows(s, 43, "jane", "");
        logs_in(s, "jane", "tok-3");
        const auto got = s.got(jane);
        REQUIRE(got);
        CHECK(got->credential.token->reveal() == "tok-3");
    }
}
