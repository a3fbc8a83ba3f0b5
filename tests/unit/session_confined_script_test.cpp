// SPDX-License-Identifier: Apache-2.0
//
// Confined scripts: what the site is asked for them, and what its answers do.

#include "src/session/confined_script.hpp"
#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

// A confined script at a site that mints "minted-1", "minted-2", ... and tells nothing of their lives.
struct script_stage : session_stage {
    int minted = 0;

    script_stage()
    {
        site.on_mint.always([this](const site_call&) {
            return accepted(session_token("minted-" + std::to_string(++minted)));
        });
        site.on_life.always([](const site_call&) { return life_answer{}; });
        add_confined("a", "farm");
    }
    probe_word asked() { return run(io, keeping.verify("a")).word; }
    std::string_view token() const { return at("a").token.reveal(); }
};

site_verdict<void> rejection()
{
    return refused<void>(refusal::rejected);
}

site_verdict<session_token> away(trouble kind)
{
    return std::unexpected(site_trouble{kind, "away", {}, {}});
}

}  // namespace

TEST_SUITE("session.confined_script")
{
    TEST_CASE("what is asked follows from what the session is and has")
    {
        session_stage s;
        session one = s.just_logged_in("a", "jane", session_kind::human);
        CHECK(question_for(one) == site_question::probe_token);
        CHECK(gives_token(one));
        one = s.just_logged_in("a", "farm", session_kind::script);
        CHECK(question_for(one) == site_question::check_key);
        CHECK_FALSE(gives_token(one));
        CHECK_FALSE(lacks_token(one));
        one.shares_key = false;
        CHECK(question_for(one) == site_question::mint_token);
        CHECK(gives_token(one));
        CHECK(lacks_token(one));
        one.token = session_token("minted");
        CHECK(question_for(one) == site_question::probe_token);
        CHECK_FALSE(lacks_token(one));
        one.is_sealed = true;
        CHECK(question_for(one) == site_question::none);
        one.is_sealed = false;
        one.token.clear();
        one.past.end = end_reason::site;
        CHECK(question_for(one) == site_question::none);
        CHECK_FALSE(lacks_token(one));
    }

    TEST_CASE("a key that the site rejects is the session's end")
    {
        script_stage s;
        s.site.on_mint.answer(refused<session_token>(refusal::rejected));
        CHECK(s.asked() == probe_word::rejected);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::expired);
        CHECK(s.at("a").key.empty());
        pump(s.io);
        CHECK(s.journal == std::vector<std::string>{"expired a", "put a"});
        CHECK(s.asked() == probe_word::gone);
        CHECK(s.site.on_mint.calls().size() == 1);
    }

    TEST_CASE("an outage, and a refusal that says nothing of the key, end nothing")
    {
        for (const trouble kind :
             {trouble::offline, trouble::blocked, trouble::server_error, trouble::fault}) {
            script_stage s;
            s.site.on_mint.answer(away(kind));
            CHECK(s.asked() == probe_word::trouble);
            CHECK(s.at("a").key.reveal() == "key-of-farm");
            CHECK(s.at("a").past.not_before > s.time.now());
        }
        for (const refusal kind :
             {refusal::code_needed, refusal::password_not_allowed, refusal::token_needed}) {
            script_stage s;
            s.site.on_mint.answer(refused<session_token>(kind));
            CHECK(s.asked() == probe_word::trouble);
            CHECK(s.at("a").past.end == end_reason::none);
        }
    }

    TEST_CASE("a token is minted from name and key, once for all who ask, and the generation rises")
    {
        script_stage s;
        s.site.on_mint.hold();
        std::vector<started<probe_answer>> askers;
        for (int i = 0; i < 100; ++i)
            askers.push_back(start(s.io, s.keeping.verify("a")));
        pump(s.io);
        askers[0].cancel();
        pump(s.io);
        s.site.on_mint.release();
        pump(s.io);
        for (std::size_t i = 1; i < askers.size(); ++i)
            CHECK(askers[i].take().word == probe_word::accepted);
        REQUIRE(s.site.on_mint.calls().size() == 1);
        CHECK(s.site.on_mint.calls()[0].user == "farm");
        CHECK(s.site.on_mint.calls()[0].secret == "key-of-farm");
        CHECK(s.token() == "minted-1");
        CHECK(s.at("a").generation > 1);
        CHECK(s.site.on_life.calls().size() == 1);  // how long such a one lives
    }

    TEST_CASE("the token is kept, with its generation and the key, before anybody gets it")
    {
        script_stage s;
        s.store.writes.hold();
        auto asking = start(s.io, s.keeping.verify("a"));
        pump(s.io);
        CHECK(s.journal == std::vector<std::string>{"put a"});
        CHECK_FALSE(asking.done());
        CHECK(s.at("a").token.empty());
        s.store.writes.release();
        CHECK(finish(s.io, asking).word == probe_word::accepted);
        pump(s.io);
        CHECK(s.journal == std::vector<std::string>{"put a", "renewed a"});
        const auto back = read_record(s.store.records.at("a"), s.time.now(), s.time.wall());
        REQUIRE(back);
        CHECK(back->held.generation == s.at("a").generation);
        CHECK(back->held.key_generation == 1);
        CHECK(back->held.key.reveal() == "key-of-farm");
        CHECK(back->held.token.reveal() == "minted-1");
    }

    TEST_CASE("a disk that refuses keeps no token from those who ask")
    {
        script_stage s;
        s.store.broken = true;
        CHECK(s.asked() == probe_word::accepted);
        CHECK(s.token() == "minted-1");
    }

    TEST_CASE("the token idles out as a person's, and no age ends the session")
    {
        script_stage s;
        s.rules.max_age = 1h;
        CHECK_FALSE(known_end(s.at("a").past, s.keeping.rules_for(s.at("a"))));
        s.time.advance(2h);
        CHECK(s.asked() == probe_word::accepted);
        CHECK(known_end(s.at("a").past, s.keeping.rules_for(s.at("a"))) == s.time.now() + 24h);
        s.time.advance(24h - 1s);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::valid);
        s.time.advance(1s);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::unverified);
        s.site.on_probe.answer(accepted());
        CHECK(s.asked() == probe_word::accepted);
        CHECK(s.token() == "minted-1");
        CHECK(s.site.on_probe.calls()[0].secret == "minted-1");
    }

    TEST_CASE("it is kept alive while it is used, once there is one")
    {
        script_stage s;
        s.start_keeping();
        s.table.asked("a", s.time.now());
        s.pass(20h);
        CHECK(s.site.on_mint.calls().empty());
        CHECK(s.asked() == probe_word::accepted);
        s.table.asked("a", s.time.now());
        s.site.on_probe.answer(accepted());
        s.pass(12h);
        CHECK(s.site.on_probe.calls().size() == 1);
        CHECK(s.site.on_mint.calls().size() == 1);
    }

    TEST_CASE("a token that the site rejects is replaced, once and silently")
    {
        script_stage s;
        CHECK(s.asked() == probe_word::accepted);
        const std::int64_t first = s.at("a").generation;
        pump(s.io);
        s.journal.clear();
        s.time.advance(25h);
        s.site.on_probe.answer(rejection());
        CHECK(s.asked() == probe_word::accepted);
        CHECK(s.token() == "minted-2");
        CHECK(s.at("a").generation > first);
        CHECK(s.site.on_probe.calls().size() == 1);
        pump(s.io);
        CHECK(s.journal == std::vector<std::string>{"put a", "renewed a"});
    }

    TEST_CASE("a token that dies young says how long the site's sessions live")
    {
        script_stage s;
        CHECK(s.asked() == probe_word::accepted);
        s.time.advance(2h);
        s.site.on_probe.answer(rejection());
        CHECK(s.asked() == probe_word::accepted);
        CHECK(s.keeping.rules_for(s.at("a")).idle_window <= 2h);
    }

    TEST_CASE("a token that is dead is not kept when the site cannot be asked for another")
    {
        script_stage s;
        CHECK(s.asked() == probe_word::accepted);
        s.site.on_probe.answer(rejection());
        s.site.on_mint.answer(away(trouble::offline));
        pump(s.io);
        s.journal.clear();
        CHECK(s.asked() == probe_word::trouble);
        CHECK(s.at("a").token.empty());
        CHECK(s.keeping.state_of(s.at("a")) == session_state::unverified);
        CHECK(s.journal == std::vector<std::string>{"unverified a"});
        CHECK(s.asked() == probe_word::accepted);
        CHECK(s.token() == "minted-2");
    }

    TEST_CASE("token and key rejected: the end")
    {
        script_stage s;
        CHECK(s.asked() == probe_word::accepted);
        s.site.on_probe.answer(rejection());
        s.site.on_mint.answer(refused<session_token>(refusal::rejected));
        CHECK(s.asked() == probe_word::rejected);
        CHECK(s.at("a").past.end == end_reason::site);
        CHECK(s.at("a").key.empty());
    }
}
