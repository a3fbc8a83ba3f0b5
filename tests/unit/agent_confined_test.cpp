// SPDX-License-Identifier: Apache-2.0
//
// What an asker gets of a script that does not share its key.

#include "proto/status.hpp"
#include "tests/unit/agent_login_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using call = proto::get_credential_call;

namespace {

struct confined_stage : agent_stage {
    int minted = 0;

    confined_stage()
    {
        site.on_mint.always([this](const site_call&) {
            return accepted(session_token("minted-" + std::to_string(++minted)));
        });
        site.on_life.always([](const site_call&) { return life_answer{}; });
        site.on_log_out.always([](const site_call&) { return site_answer<void>(); });
        add_confined("a", "farm");
    }
};

call of_farm(std::vector<std::string> forms = {"script_key", "session_token"})
{
    call c;
    c.user = "farm";
    c.forms = std::move(forms);
    return c;
}

call lasting(std::chrono::seconds s)
{
    call c = of_farm();
    c.min_valid_s = s.count();
    return c;
}

site_verdict<session_token> no_mint(trouble kind)
{
    return std::unexpected(site_trouble{kind, "the site is away", {}, {}});
}

std::string_view token_of(const answer<proto::get_credential_reply>& got)
{
    REQUIRE(got);
    REQUIRE(got->credential.token);
    return got->credential.token->reveal();
}

}  // namespace

TEST_SUITE("agent.get_credential: a confined script")
{
    TEST_CASE("asked for the key alone: what there is, and how to share it; no question to the site")
    {
        confined_stage s;
        const auto refused = s.got(of_farm({"script_key", "bearer"}));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().name == proto::error_name::form_unavailable);
        CHECK(refused.error().items == std::vector<std::string>{"session_token"});
        CHECK(
            refused.error().message.find("`sgauth login --script farm --key-stdin --share-key`") !=
            std::string::npos
        );
        CHECK(s.site.on_mint.calls().empty());
    }

    TEST_CASE("asked for both, key first: a token minted now, and no key")
    {
        confined_stage s;
        const auto got = s.got(of_farm());
        CHECK(token_of(got) == "minted-1");
        CHECK(got->form == "session_token");
        CHECK_FALSE(got->credential.script_key);
        CHECK_FALSE(got->credential.script_name);
        CHECK(got->session.state == "valid");
        CHECK(got->session.kind == "script");
        CHECK(got->session.expires_at == s.time.wall().time_since_epoch().count() + 86400);
        CHECK(s.got(of_farm())->session.generation == got->session.generation);
        CHECK(s.site.on_mint.calls().size() == 1);
    }

    TEST_CASE("five hundred askers, one mint")
    {
        confined_stage s;
        s.site.on_mint.hold();
        std::vector<started<answer<proto::get_credential_reply>>> askers;
        for (int i = 0; i < 500; ++i)
            askers.push_back(s.ask(of_farm()));
        pump(s.io);
        askers.front().cancel();
        pump(s.io);
        s.site.on_mint.release();
        pump(s.io);
        for (std::size_t i = 1; i < askers.size(); ++i)
            CHECK(token_of(askers[i].take()) == "minted-1");
        CHECK(s.site.on_mint.calls().size() == 1);
    }

    TEST_CASE("no token and the site away: unreachable, and the site is left alone for a moment")
    {
        confined_stage s;
        s.site.on_mint.answer(no_mint(trouble::offline));
        CHECK(s.got(of_farm()).error().name == proto::error_name::unreachable);
        CHECK(s.got(of_farm()).error().name == proto::error_name::unreachable);
        CHECK(s.site.on_mint.calls().size() == 1);
        s.time.advance(3s);
        CHECK(token_of(s.got(of_farm())) == "minted-1");
    }

    TEST_CASE("a mint is waited for as long as the caller has time, not as long as a probe")
    {
        confined_stage s;
        s.configuration.values.common.renewal.verify_wait = 1ms;
        s.site.on_mint.hold();
        call hasty = of_farm();
        hasty.timeout_ms = 20;
        CHECK(s.got(hasty).error().name == proto::error_name::timed_out);
        auto patient = s.ask(of_farm());
        pump(s.io);
        CHECK_FALSE(patient.done());
        s.site.on_mint.release();
        CHECK(token_of(finish(s.io, patient)) == "minted-1");
        CHECK(s.site.on_mint.calls().size() == 1);
    }

    TEST_CASE("a token that proves dead is not handed out while the next one is made")
    {
        confined_stage s;
        s.configuration.values.common.renewal.verify_wait = 1ms;
        CHECK(token_of(s.got(of_farm())) == "minted-1");
        s.time.advance(25h);
        s.site.on_probe.answer(rejects());
        s.site.on_mint.hold();
        auto asked = s.ask(of_farm());
        pump(s.io);
        call hasty = of_farm();
        hasty.timeout_ms = 20;
        CHECK(s.got(hasty).error().name == proto::error_name::timed_out);
        CHECK_FALSE(asked.done());
        s.site.on_mint.release();
        CHECK(token_of(finish(s.io, asked)) == "minted-2");
    }

    TEST_CASE("a token that cannot be checked is handed out as a person's is")
    {
        confined_stage s;
        CHECK(token_of(s.got(of_farm())) == "minted-1");
        s.time.advance(25h);
        s.site.on_probe.answer(away());
        const auto got = s.got(of_farm());
        CHECK(token_of(got) == "minted-1");
        CHECK(got->session.state == "unverified");
    }

    TEST_CASE("min_valid is of the token: at the window, and one beyond it, without a question")
    {
        confined_stage s;
        CHECK(s.got(lasting(24h + 1s)).error().longest_s == 86400);
        CHECK(s.got(lasting(24h + 1s)).error().name == proto::error_name::cannot_last);
        CHECK(s.site.on_mint.calls().empty());
        CHECK(token_of(s.got(lasting(24h))) == "minted-1");
        CHECK(s.got(lasting(24h + 1s)).error().name == proto::error_name::cannot_last);
        s.time.advance(1h);
        s.site.on_probe.answer(accepted());
        CHECK(token_of(s.got(lasting(24h))) == "minted-1");
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE(
        "a report: one question, then a new token under a higher generation; an old report costs nothing"
    )
    {
        confined_stage s;
        const auto first = s.got(of_farm());
        REQUIRE(first);
        s.time.advance(2s);
        s.site.on_probe.answer(rejects());
        const auto told = finish(s.io, s.report("a", first->session.generation));
        REQUIRE(told);
        CHECK(told->session.generation > first->session.generation);
        CHECK(told->session.state == "valid");
        CHECK(token_of(s.got(of_farm())) == "minted-2");
        CHECK(finish(s.io, s.report("a", first->session.generation)));
        CHECK(s.site.on_probe.calls().size() == 1);
        CHECK(s.site.on_mint.calls().size() == 2);
    }

    TEST_CASE("the key rejected: expired, for good")
    {
        confined_stage s;
        s.site.on_mint.answer(refused<session_token>(refusal::rejected));
        for (int i = 0; i < 2; ++i) {
            const auto got = s.got(of_farm());
            REQUIRE_FALSE(got);
            CHECK(got.error().name == proto::error_name::expired);
            CHECK(got.error().session->reason == "site");
        }
        CHECK(s.site.on_mint.calls().size() == 1);
    }

    TEST_CASE("a login says anew whether the key is shared; the token that was handed out is ended")
    {
        confined_stage s;
        CHECK(token_of(s.got(of_farm())) == "minted-1");
        auto login = at_studio();
        login.script = "farm";
        login.share_key = true;  // a usable session is there, and does not do
        s.site.on_check_script.always([](const site_call&) { return accepted(site_identity{7, "farm", {}}); }
        );
        CHECK(person_logs_in(s, login, {{"key", "new-key"}}).kind == "done");
        pump(s.io);
        const auto shared = s.got(of_farm());
        REQUIRE(shared);
        CHECK(shared->credential.script_key->reveal() == "new-key");
        CHECK_FALSE(shared->credential.token);
        CHECK(shared->session.id == "a");
        CHECK(s.site.on_log_out.calls().at(0).secret == "minted-1");
        login.share_key.reset();
        login.again = true;
        CHECK(person_logs_in(s, login, {{"key", "new-key"}}).kind == "done");
        CHECK(s.got(of_farm({"script_key"})).error().name == proto::error_name::form_unavailable);
        CHECK(token_of(s.got(of_farm())) == "minted-2");
        const auto kept = read_record(s.store.records.at("a"), s.time.now(), s.time.wall());
        CHECK_FALSE(kept->held.shares_key);
    }

    TEST_CASE("rules judge it by the form that it has")
    {
        confined_stage s;
        proto::test_policy_call about;
        about.pid = 1;
        about.user = "farm";
        const auto said = s.agent.test_policy(s.me, about);
        REQUIRE(said);
        CHECK(said->form == "session_token");
    }
}
