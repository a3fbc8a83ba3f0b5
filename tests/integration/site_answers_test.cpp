// SPDX-License-Identifier: Apache-2.0
//
// What the client makes of everything that a site can answer, over real TLS.
#include "tests/integration/site_world.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

session_token bobs_token(client& c, const stand_in& world)
{
    const password secret("bob-password");
    auto said = c.run(c.site.log_in(world.url(), "bob", secret, nullptr));
    REQUIRE(said);
    REQUIRE(*said);
    return std::move(**said);
}

}  // namespace

TEST_CASE("every fault of a site is of its class, and none ends the session")
{
    const stand_in world;
    client c(trusting(world));
    c.options.timeout = 3s;
    const auto token = bobs_token(c, world);
    struct row {
        const char* kind;
        trouble expected;
    };
    for (const row& r : {
             row{R"("kind":"saml302")", trouble::claims_expired},
             row{R"("kind":"301")", trouble::moved},
             row{R"("kind":"302")", trouble::moved},
             row{R"("kind":"303")", trouble::moved},
             row{R"("kind":"307")", trouble::moved},
             row{R"("kind":"308")", trouble::moved},
             row{R"("kind":"401")", trouble::unauthorised},
             row{R"("kind":"403")", trouble::blocked},
             row{R"("kind":"403json")", trouble::blocked},
             row{R"("kind":"404")", trouble::not_fpt},
             row{R"("kind":"404empty")", trouble::not_fpt},
             row{R"("kind":"407")", trouble::proxy},
             row{R"("kind":"429")", trouble::throttled},
             row{R"("kind":"500")", trouble::server_error},
             row{R"("kind":"501")", trouble::server_error},
             row{R"("kind":"503")", trouble::maintenance},
             row{R"("kind":"empty")", trouble::not_fpt},
             row{R"("kind":"html200")", trouble::not_fpt},
             row{R"("kind":"broken_json")", trouble::not_fpt},
             row{R"("kind":"not_object")", trouble::not_fpt},
             row{R"("kind":"fault","error_code":103,"message":"no such field")", trouble::fault},
             row{R"("kind":"fault","error_code":106)", trouble::fault},
             row{R"("kind":"drop","count":2)", trouble::offline},
             row{R"("kind":"drop_after","count":2)", trouble::offline},
             row{R"("kind":"truncated")", trouble::offline},
             row{R"("kind":"garbage")", trouble::not_fpt},
             row{R"("kind":"oversized","bytes":1048577)", trouble::not_fpt},
             row{R"("kind":"oversized","bytes":30000000)", trouble::not_fpt},
             row{R"("kind":"endless")", trouble::not_fpt},
         }) {
        CAPTURE(std::string(r.kind));
        world.fault(std::string(r.kind) + R"(,"method":"read")");
        const auto said = c.run(c.site.probe(world.url(), token));
        REQUIRE_FALSE(said);
        CHECK(said.error().kind == r.expected);
        CHECK(said.error().detail.find("bob") == std::string::npos);
        world.control("clear_faults");
        CHECK(c.run(c.site.probe(world.url(), token)).value());
    }
}

TEST_CASE("a redirect is not followed, its host is told")
{
    const stand_in world;
    const stand_in elsewhere;
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    for (const char* kind : {"301", "302", "303", "307", "308"}) {
        world.fault(
            R"("method":"read","kind":")" + std::string(kind) + R"(","location":")" + elsewhere.url().text() +
            R"(/api3/json")"
        );
        const auto said = c.run(c.site.probe(world.url(), token));
        REQUIRE_FALSE(said);
        CHECK(said.error().kind == trouble::moved);
        CHECK("https://" + said.error().foreign == elsewhere.url().text());
    }
    CHECK(elsewhere.count({"counters", "connections_accepted"}) == 0);
}

TEST_CASE("a gateway's error passes after a repeat, and Retry-After is told")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    world.fault(R"("kind":"502","method":"read","count":1)");
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    CHECK(world.count({"counters", "methods", "read"}) == 2);
    world.fault(R"("kind":"429","method":"read","retry_after":17)");
    CHECK(c.run(c.site.probe(world.url(), token)).error().retry_after == 17s);
}

TEST_CASE("interim replies are no answer, and the connection that had one is not kept")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    CHECK(c.run(c.site.info(world.url())));
    for (const char* replies : {"1", "8"}) {
        const auto before = world.count({"counters", "connections_accepted"});
        world.fault(std::string(R"("kind":"interim","method":"read","replies":)") + replies);
        CHECK(c.run(c.site.probe(world.url(), token)).value());
        // Out of step, the next call would be given the answer of this one.
        const auto who = c.run(c.site.who_is(world.url(), "bob", token));
        REQUIRE(who);
        CHECK((**who)->id == 43);
        CHECK(world.count({"counters", "connections_accepted"}) == before + 1);
    }
    world.fault(R"("kind":"interim","method":"read","replies":9)");
    CHECK(c.run(c.site.probe(world.url(), token)).error().kind == trouble::not_fpt);
    CHECK(c.run(c.site.probe(world.url(), token)).value());
}

TEST_CASE("an answer without a content type is an answer")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    world.fault(R"("kind":"no_content_type","method":"read")");
    CHECK(c.run(c.site.probe(world.url(), token)).value());
}

TEST_CASE("a site that says nothing, or a byte at a time, is out of time")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    c.options.timeout = 300ms;
    for (const char* kind :
         {R"("kind":"never")", R"("kind":"drip","delay_ms":100)", R"("kind":"delay","delay_ms":900)"}) {
        CAPTURE(std::string(kind));
        world.fault(std::string(kind) + R"(,"method":"read")");
        const auto began = std::chrono::steady_clock::now();
        const auto said = c.run(c.site.probe(world.url(), token));
        REQUIRE_FALSE(said);
        CHECK(said.error().kind == trouble::timed_out);
        CHECK(std::chrono::steady_clock::now() - began < 3s);
        world.control("clear_faults");
    }
    world.control("connections", R"({"on_accept":"silent","count":1})");
    CHECK(c.run(c.site.probe(world.url(), token)).error().kind == trouble::timed_out);
}

TEST_CASE("passwords, codes and single sign-on")
{
    const stand_in world;
    client c(trusting(world));
    const password wrong("wrong"), janes("jane-password");
    const one_time_code code("100001");
    CHECK(c.run(c.site.log_in(world.url(), "bob", wrong, nullptr))->error().kind == refusal::rejected);
    CHECK(c.run(c.site.log_in(world.url(), "jane", janes, nullptr))->error().kind == refusal::code_needed);
    CHECK_FALSE(c.run(c.site.log_in(world.url(), "jane", janes, &code))->value().empty());
    CHECK(c.run(c.site.log_in(world.url(), "jane", janes, &code))->error().kind == refusal::rejected);
    world.control("settings", R"({"user_authentication_method":"saml2"})");
    CHECK(
        c.run(c.site.log_in(world.url(), "jane", janes, nullptr))->error().kind ==
        refusal::password_not_allowed
    );
    world.control("settings", R"({"user_authentication_method":"oxygen"})");
    CHECK(c.run(c.site.log_in(world.url(), "jane", janes, nullptr))->error().kind == refusal::token_needed);
}

TEST_CASE("a session's whole life: who, alive, prolonged, expired, logged out")
{
    const stand_in world({"--web-session", "on", "--logout", "ends"});
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    CHECK(c.run(c.site.info(world.url()))->version == "8.89.0");
    CHECK(c.run(c.site.who_is(world.url(), "bob", token))->value()->id == 43);
    CHECK(c.run(c.site.who_is(world.url(), "bob@example.com", token))->value()->login == "bob");
    CHECK_FALSE(c.run(c.site.who_is(world.url(), "nobody", token))->value());
    const auto before = c.run(c.site.life(world.url(), token));
    REQUIRE(before);
    REQUIRE(before->word == life_word::alive);
    world.control("advance", R"({"seconds":100})");
    CHECK(c.run(c.site.prolong(world.url(), token)) == true);
    const auto after = c.run(c.site.life(world.url(), token));
    CHECK(after->life->expires_at >= before->life->expires_at + 100s);
    CHECK(c.run(c.site.log_out(world.url(), token)));
    CHECK(c.run(c.site.life(world.url(), token))->word == life_word::dead);
    CHECK(c.run(c.site.probe(world.url(), token))->error().kind == refusal::rejected);
}

TEST_CASE("a site without the web session's calls, and one that answers for the dead")
{
    const stand_in world;
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    CHECK(c.run(c.site.life(world.url(), token))->word == life_word::unknown);
    CHECK(c.run(c.site.prolong(world.url(), token)) == false);
    CHECK(c.run(c.site.log_out(world.url(), token)));
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    world.control("settings", R"({"web_session":true,"expired_web_answer":"expired"})");
    CHECK(c.run(c.site.life(world.url(), token))->word == life_word::alive);
    world.control("expire", R"({"login":"bob"})");
    CHECK(c.run(c.site.life(world.url(), token))->word == life_word::dead);
}

TEST_CASE("a licence that has run out is told, and says nothing about the session")
{
    const stand_in world({"--session-seconds", "604800"});
    client c(trusting(world));
    const auto token = bobs_token(c, world);
    world.control("settings", R"({"web_session":true,"expiration_reason":"license"})");
    CHECK_FALSE(c.run(c.site.life(world.url(), token))->life->expired);
    world.control("advance", R"({"seconds":86401})");
    const auto told = c.run(c.site.life(world.url(), token));
    CHECK(told->word == life_word::alive);
    CHECK(told->life->expired);
    CHECK(c.run(c.site.probe(world.url(), token)).value());
}

TEST_CASE("scripts")
{
    const stand_in world;
    client c(trusting(world));
    const script_key right("farm-key"), wrong("wrong");
    CHECK(c.run(c.site.check_script(world.url(), "farm", wrong))->error().kind == refusal::rejected);
    CHECK(c.run(c.site.check_script(world.url(), "ghost", right))->error().kind == refusal::rejected);
    CHECK(c.run(c.site.check_script(world.url(), "farm", right))->value().id == 7);
}

TEST_CASE("a session made of a script's key is a session as any other")
{
    const stand_in world({"--web-session", "on", "--logout", "ends"});
    client c(trusting(world));
    const script_key right("farm-key"), wrong("wrong");
    CHECK(c.run(c.site.mint(world.url(), "farm", wrong))->error().kind == refusal::rejected);
    const session_token token = c.run(c.site.mint(world.url(), "farm", right))->value().clone();
    CHECK(c.run(c.site.probe(world.url(), token)).value());
    CHECK(c.run(c.site.life(world.url(), token))->word == life_word::alive);
    CHECK(c.run(c.site.log_out(world.url(), token)));
    CHECK(c.run(c.site.life(world.url(), token))->word == life_word::dead);
    CHECK(c.run(c.site.probe(world.url(), token))->error().kind == refusal::rejected);
}
