// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

#include <limits>

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

TEST_SUITE("agent.get_credential: how long, and whose")
{
    TEST_CASE("min_valid is met by what is left, else by one probe")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.got(lasting(24h)));
        CHECK(s.site.on_probe.calls().empty());
        s.time.advance(1s);
        s.site.on_probe.answer(accepted());
        CHECK(s.got(lasting(24h)));
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("what cannot last that long is said with the longest possible, without a question")
    {
        agent_stage s;
        s.add("a", "jane");
        const auto got = s.got(lasting(24h + 1s));
        REQUIRE_FALSE(got);
        CHECK(got.error().name == proto::error_name::cannot_last);
        CHECK(got.error().longest_s == 86400);
        CHECK(s.site.on_probe.calls().empty());
        s.rules.max_age = 2h;
        CHECK(s.got(lasting(3h)).error().longest_s == 7200);
    }

    TEST_CASE("a min_valid of more nanoseconds than there are is still too long")
    {
        for (const std::int64_t wanted :
             {std::int64_t(9'223'372'036),
              std::int64_t(9'223'372'037),
              std::int64_t(18'446'744'074),
              std::numeric_limits<std::int64_t>::max()}) {
            CAPTURE(wanted);
            agent_stage s;
            s.add("a", "jane");
            const auto got = s.got(lasting(std::chrono::seconds(wanted)));
            REQUIRE_FALSE(got);
            CHECK(got.error().name == proto::error_name::cannot_last);
        }
    }

    TEST_CASE("a min_valid of 0 is none: an unverified session is probed all the same")
    {
        agent_stage s;
        s.add("a", "jane");
        s.time.advance(25h);
        s.site.on_probe.answer(rejects());
        const auto got = s.got(lasting(0s));
        REQUIRE_FALSE(got);
        CHECK(got.error().name == proto::error_name::expired);
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("min_valid with the site away is unreachable, not the credential")
    {
        agent_stage s;
        s.add("a", "jane");
        s.time.advance(12h);
        s.site.on_probe.answer(away());
        CHECK(s.got(lasting(20h)).error().name == proto::error_name::unreachable);
        CHECK(s.got(lasting(20h)).error().name == proto::error_name::unreachable);
        CHECK(s.site.on_probe.calls().size() == 1);
        CHECK(s.got(lasting(10h)));
    }

    TEST_CASE("a script's key always lasts")
    {
        agent_stage s;
        s.add("b", "farm", session_kind::script);
        call c = lasting(std::chrono::hours(24 * 365));
        c.user = "farm";
        CHECK(s.got(c));
    }

    TEST_CASE("asking keeps a session alive; asking who the user is, listing and watching do not")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.agent.get_user(s.me, {}));
        CHECK(s.agent.list(s.me));
        const auto stream = s.agent.watch(s.me);
        CHECK_FALSE(s.at("a").past.asked);
        CHECK(s.got());
        CHECK(s.at("a").past.asked == s.time.now());
    }

    TEST_CASE("two people at one site: each by name, the first without")
    {
        agent_stage s;
        s.add("a", "jane");
        s.add("b", "bob");
        CHECK(s.got()->credential.token->reveal() == "token-of-jane");
        CHECK(s.got(of("BOB"))->credential.token->reveal() == "token-of-bob");
        s.table.take("a");
        const auto nobody = s.got();
        REQUIRE_FALSE(nobody);
        CHECK(nobody.error().message.find("bob") != std::string::npos);
    }

    TEST_CASE("several sites and none chosen is ambiguous, with the choices; choosing one settles it")
    {
        agent_stage s;
        s.add("a", "jane");
        session other(*site_url::parse("https://other.example.com"));
        other.id = "o";
        other.user = "ann";
        other.token = session_token("t");
        other.past.born = s.time.now();
        other.past.verified = s.time.now();
        s.table.put(std::move(other));
        const auto which = s.got();
        REQUIRE_FALSE(which);
        CHECK(which.error().name == proto::error_name::ambiguous);
        CHECK(
            which.error().items ==
            std::vector<std::string>{"https://other.example.com", "https://studio.example.com"}
        );
        s.configuration.values.default_site = "https://other.example.com";
        CHECK(s.got()->session.user == "ann");
        CHECK(
            run(s.io, s.agent.set_default(s.me, proto::set_default_call{"studio.example.com", std::nullopt}))
        );
        CHECK(s.got()->session.user == "jane");
    }
}
