// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using call = proto::get_credential_call;

namespace {

call lasting(std::chrono::seconds s)
{
    call c;
    c.min_valid_s = s.count();
    return c;
}

call of(std::string user)
{
    call c;
    c.user = std::move(user);
    return c;
}

}  // namespace

TEST_SUITE("agent.get_credential")
{
    TEST_CASE("nobody is logged in; nobody of that name; a site that is none")
    {
        agent_stage s;
        CHECK(s.got().error().name == proto::error_name::no_session);
        s.add("a", "jane");
        CHECK(s.got(of("bob")).error().name == proto::error_name::no_session);
        call bad;
        bad.site = "ftp://x";
        CHECK(s.got(bad).error().name == proto::error_name::invalid_site);
        call elsewhere;
        elsewhere.site = "https://elsewhere.example.com";
        const auto none = s.got(elsewhere);
        CHECK(none.error().name == proto::error_name::no_session);
        CHECK(none.error().site == "https://elsewhere.example.com");
    }

    TEST_CASE("root gets no credential")
    {
        agent_stage s;
        s.add("a", "jane");
        s.me.role = caller_role::administrator;
        CHECK(s.got().error().name == proto::error_name::denied);
    }

    TEST_CASE("bad settings hand out nothing and say which")
    {
        agent_stage s;
        s.add("a", "jane");
        s.configuration.problems = {"/etc/sgauth/config.toml:3: site.timout: unknown key"};
        const auto denied = s.got();
        CHECK(denied.error().name == proto::error_name::denied);
        CHECK(denied.error().message.find("config.toml:3") != std::string::npos);
    }

    TEST_CASE("negative times are refused by name")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.got(lasting(-1s)).error().subject == "min_valid_s");
        call c;
        c.timeout_ms = -1;
        CHECK(s.got(c).error().subject == "timeout_ms");
    }

    TEST_CASE("only forms that the session has")
    {
        agent_stage s;
        s.add("a", "jane");
        s.add("b", "farm", session_kind::script);
        call c;
        c.forms = {"bearer"};
        const auto none = s.got(c);
        CHECK(none.error().name == proto::error_name::form_unavailable);
        CHECK(none.error().items == std::vector<std::string>{"session_token"});
        c.forms = {"bearer", "script_key"};
        c.user = "farm";
        const auto key = s.got(c);
        REQUIRE(key);
        CHECK(key->form == "script_key");
        CHECK(key->credential.script_key->reveal() == "key-of-farm");
        CHECK_FALSE(key->credential.token);
    }

    TEST_CASE("valid: the credential, at once and without a question to the site")
    {
        agent_stage s;
        s.add("a", "jane");
        const auto got = s.got();
        REQUIRE(got);
        CHECK(got->credential.token->reveal() == "token-of-jane");
        CHECK(got->session.state == "valid");
        CHECK(s.site.on_probe.calls().empty());
        CHECK(s.site.on_info.calls().empty());
    }

    TEST_CASE("unverified and accepted: valid")
    {
        agent_stage s;
        s.add("a", "jane");
        s.time.advance(25h);
        s.site.on_probe.answer(accepted());
        const auto got = s.got();
        REQUIRE(got);
        CHECK(got->session.state == "valid");
    }

    TEST_CASE("a jump of the boot clock leads to a probe before valid is said")
    {
        agent_stage s;
        s.add("a", "jane");
        s.time.suspend(1h);
        s.site.on_probe.hold();
        s.site.on_probe.answer(accepted());
        auto asked = s.ask();
        pump(s.io);
        CHECK_FALSE(asked.done());
        CHECK(s.site.on_probe.calls().size() == 1);
        s.site.on_probe.release();
        const auto got = finish(s.io, asked);
        REQUIRE(got);
        CHECK(got->session.state == "valid");
    }

    TEST_CASE("unverified and rejected: expired, and no credential")
    {
        agent_stage s;
        s.add("a", "jane");
        s.time.advance(25h);
        s.site.on_probe.answer(rejects());
        const auto got = s.got();
        REQUIRE_FALSE(got);
        CHECK(got.error().name == proto::error_name::expired);
        REQUIRE(got.error().session);
        CHECK(got.error().session->reason == "site");
    }

    TEST_CASE("unverified and the site away, in every way: the credential, marked")
    {
        for (const trouble kind :
             {trouble::offline,
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
              trouble::fault}) {
            CAPTURE(static_cast<int>(kind));
            agent_stage s;
            s.add("a", "jane");
            s.time.advance(25h);
            s.site.on_probe.answer(away(kind));
            const auto got = s.got();
            REQUIRE(got);
            CHECK(got->session.state == "unverified");
            CHECK(got->credential.token->reveal() == "token-of-jane");
            CHECK(s.got());  // and the site is left alone for a moment
            CHECK(s.site.on_probe.calls().size() == 1);
        }
    }

    TEST_CASE("a site that says nothing is waited for no longer than verify_wait")
    {
        agent_stage s;
        s.configuration.values.common.renewal.verify_wait = 1ms;
        s.add("a", "jane");
        s.time.advance(25h);
        s.site.on_probe.hold();
        s.site.on_probe.answer(accepted());
        const auto got = s.got();
        REQUIRE(got);
        CHECK(got->session.state == "unverified");
        s.site.on_probe.release();  // the probe went on: its answer counts for the next
        pump(s.io);
        CHECK(s.got()->session.state == "valid");
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("five hundred askers of an unverified session cause one question")
    {
        agent_stage s;
        s.add("a", "jane");
        s.time.advance(25h);
        s.site.on_probe.hold();
        s.site.on_probe.answer(accepted());
        std::vector<started<answer<proto::get_credential_reply>>> askers;
        for (int i = 0; i < 500; ++i)
            askers.push_back(s.ask());
        pump(s.io);
        askers.front().cancel();
        pump(s.io);
        s.site.on_probe.release();
        pump(s.io);
        for (std::size_t i = 1; i < askers.size(); ++i)
            CHECK(askers[i].take()->session.state == "valid");
        CHECK(s.site.on_probe.calls().size() == 1);
    }
}
