// SPDX-License-Identifier: Apache-2.0
#include "src/site/reply_parser.hpp"
#include "tests/unit/site_replies.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace std::chrono_literals;

TEST_CASE("life: what a site without the call says is unknown, whatever it is")
{
    for (const auto& r :
         {reply(404, "<html>", "text/html"),
          reply(404, R"({"message":"Not Found"})"),
          reply(403),
          reply(400),
          reply(405),
          reply(410),
          reply(200, "<html>", "text/html"),
          reply(200, ""),
          reply(200, "{}"),
          reply(200, "[]"),
          reply(200, "{"),
          reply(204, ""),
          reply(200, R"({"app":{"createdAt":1}})"),
          reply(200, R"({"expiresAt":1700086400})"),
          reply(200, R"({"app":{"createdAt":"x","expiresAt":1700086400}})"),
          reply(200, R"({"app":{"createdAt":1700000000,"expiresAt":253402300800}})")}) {
        const auto said = fpt::read_life(r);
        REQUIRE(said);
        CHECK(said->word == life_word::unknown);
        CHECK_FALSE(said->life);
    }
}

TEST_CASE("life: only the site's own 401 is dead, trouble stays trouble")
{
    CHECK(fpt::read_life(reply(401, R"({"message":"Unauthorized"})"))->word == life_word::dead);
    CHECK(
        fpt::read_life(reply(401, "<html>proxy</html>", "text/html")).error().kind == trouble::unauthorised
    );
    CHECK(fpt::read_life(reply(401, "", std::nullopt)).error().kind == trouble::unauthorised);
    CHECK(fpt::read_life(reply(407)).error().kind == trouble::proxy);
    CHECK(fpt::read_life(reply(429)).error().kind == trouble::throttled);
    CHECK(fpt::read_life(reply(500)).error().kind == trouble::server_error);
    CHECK(fpt::read_life(reply(503)).error().kind == trouble::maintenance);
    CHECK(fpt::read_life(redirect(302, "https://portal.example/")).error().kind == trouble::moved);
}

TEST_CASE("life: the sample of facts J.7")
{
    const auto said = fpt::read_life(reply(
        200,
        R"({"app":{"createdAt":1700000000,"expiresAt":1700086400,"forceExpiresAt":null},)"
        R"("license":{"createdAt":1699990000,"expiresAt":1700076400},"expirationReason":"session","expired":false,)"
        R"("expiresAt":1700086400,"notifyAt":1700085500,"sessionInitUrl":"https://mysite/forge/init_auth"})"
    ));
    REQUIRE(said);
    REQUIRE(said->word == life_word::alive);
    REQUIRE(said->life);
    CHECK(said->life->created_at == wall_time(1700000000s));
    CHECK(said->life->expires_at == wall_time(1700086400s));
    CHECK_FALSE(said->life->forced_end);
    CHECK_FALSE(said->life->expired);
    const auto forced = fpt::read_life(reply(
        200,
        R"({"app":{"createdAt":1700000000,"forceExpiresAt":1700090000},"expired":true,"expiresAt":1700086400})"
    ));
    CHECK(forced->life->expires_at == wall_time(1700086400s));
    CHECK(forced->life->forced_end == wall_time(1700090000s));
    CHECK(forced->life->expired);
    CHECK(forced->word == life_word::dead);
    const auto licence = fpt::read_life(reply(
        200,
        R"({"app":{"createdAt":1700000000,"expiresAt":1700086400},"expired":true,"expirationReason":"license"})"
    ));
    CHECK(licence->word == life_word::alive);
    CHECK(licence->life->expired);
}

TEST_CASE("prolonging: done only if the site says OK")
{
    CHECK(fpt::read_prolong(reply(200, R"({"message":"OK"})")) == true);
    for (const auto& r :
         {reply(404),
          reply(403),
          reply(405),
          reply(200, "<html>", "text/html"),
          reply(200, ""),
          reply(200, R"({"message":"ok"})"),
          reply(200, R"({"message":null})"),
          reply(200, "[]")})
        CHECK(fpt::read_prolong(r) == false);
    CHECK(
        fpt::read_prolong(reply(401, R"({"message":"Unauthorized"})")).error().kind == trouble::unauthorised
    );
    CHECK(fpt::read_prolong(reply(503)).error().kind == trouble::maintenance);
    CHECK(fpt::read_prolong(redirect(302, "/")).error().kind == trouble::moved);
}

TEST_CASE("logging out: any answer of the site will do")
{
    for (const unsigned status : {200U, 204U, 302U, 401U, 404U})
        CHECK(fpt::read_log_out(reply(status)));
    CHECK(fpt::read_log_out(reply(403)).error().kind == trouble::blocked);
    CHECK(fpt::read_log_out(reply(429)).error().kind == trouble::throttled);
    CHECK(fpt::read_log_out(reply(500)).error().kind == trouble::server_error);
}
