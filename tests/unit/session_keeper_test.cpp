// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

const trouble every_trouble[] = {
    trouble::offline,
    trouble::timed_out,
    trouble::untrusted,
    trouble::proxy,
    trouble::blocked,
    trouble::unauthorised,
    trouble::throttled,
    trouble::maintenance,
    trouble::server_error,
    trouble::moved,
    trouble::claims_expired,
    trouble::not_fpt,
    trouble::fault
};

}  // namespace

TEST_SUITE("session.keeper")
{
    TEST_CASE("an outage of any kind ends no session")
    {
        for (const trouble kind : every_trouble) {
            CAPTURE(static_cast<int>(kind));
            session_stage s;
            s.add("a", "jane");
            s.site.on_probe.answer(std::unexpected(site_trouble{kind, "away", {}, {}}));
            s.time.advance(25h);
            const probe_answer answer = run(s.io, s.keeping.verify("a"));
            CHECK(answer.word == probe_word::trouble);
            REQUIRE(answer.trouble);
            CHECK(answer.trouble->kind == kind);
            CHECK(s.keeping.state_of(s.at("a")) == session_state::unverified);
            CHECK(s.at("a").token.reveal() == "token-of-jane");
            CHECK(s.journal.empty());
        }
    }

    TEST_CASE("a refusal other than `rejected` is no word about the session")
    {
        for (const refusal kind :
             {refusal::code_needed, refusal::password_not_allowed, refusal::token_needed}) {
            session_stage s;
            s.add("a", "jane");
            s.site.on_probe.answer(site_verdict<void>(std::in_place, std::unexpected(site_refusal{kind, {}}))
            );
            CHECK(run(s.io, s.keeping.verify("a")).word == probe_word::trouble);
            CHECK(s.at("a").past.end == end_reason::none);
        }
    }

    TEST_CASE("the site's explicit word ends it, wipes the token and is told")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_probe.answer(
            site_verdict<void>(std::in_place, std::unexpected(site_refusal{refusal::rejected, {}}))
        );
        CHECK(run(s.io, s.keeping.verify("a")).word == probe_word::rejected);
        CHECK(s.keeping.state_of(s.at("a")) == session_state::expired);
        CHECK(s.at("a").token.empty());
        pump(s.io);
        CHECK(s.journal == std::vector<std::string>{"expired a", "put a"});
        CHECK(run(s.io, s.keeping.verify("a")).word == probe_word::gone);
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("however many ask, the site is asked once")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_probe.hold();
        s.site.on_probe.answer(accepted());
        std::vector<started<probe_answer>> askers;
        for (int i = 0; i < 500; ++i)
            askers.push_back(start(s.io, s.keeping.verify("a")));
        pump(s.io);
        CHECK(s.site.on_probe.calls().size() == 1);
        askers[0].cancel();  // the first to ask goes away: nobody else's wait ends
        pump(s.io);
        CHECK(askers[0].failed());
        s.site.on_probe.release();
        pump(s.io);
        for (std::size_t i = 1; i < askers.size(); ++i)
            CHECK(askers[i].take().word == probe_word::accepted);
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("an answer about a credential that was replaced meanwhile changes nothing")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_probe.hold();
        s.site.on_probe.answer(
            site_verdict<void>(std::in_place, std::unexpected(site_refusal{refusal::rejected, {}}))
        );
        auto asked = start(s.io, s.keeping.verify("a"));
        pump(s.io);
        session renewed(studio);
        renewed.id = "a";
        renewed.user = "jane";
        renewed.generation = 2;
        renewed.token = session_token("newer");
        s.table.put(std::move(renewed));
        s.site.on_probe.release();
        pump(s.io);
        CHECK(asked.take().word == probe_word::gone);
        CHECK(s.at("a").token.reveal() == "newer");
        CHECK(s.at("a").past.end == end_reason::none);
    }

    TEST_CASE("a session that was revoked while the site was asked stays revoked")
    {
        session_stage s;
        s.add("a", "jane");
        s.site.on_probe.hold();
        s.site.on_probe.answer(accepted());
        auto asked = start(s.io, s.keeping.verify("a"));
        pump(s.io);
        s.table.take("a");
        s.site.on_probe.release();
        pump(s.io);
        CHECK(asked.take().word == probe_word::gone);
        CHECK(s.table.size() == 0);
    }
}
