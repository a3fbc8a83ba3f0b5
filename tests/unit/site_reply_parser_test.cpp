// SPDX-License-Identifier: Apache-2.0
#include "src/site/reply_parser.hpp"
#include "tests/unit/site_replies.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

TEST_CASE("to a session only 102 is a refusal")
{
    for (const char* code : {"106", "108", "110"}) {
        CHECK(fpt::read_probe(fault(code)).error().kind == trouble::fault);
        CHECK(fpt::read_person(fault(code)).error().kind == trouble::fault);
        CHECK(fpt::read_script(fault(code)).error().kind == trouble::fault);
    }
    const auto probed = fpt::read_probe(fault("102"));
    REQUIRE(probed);
    REQUIRE_FALSE(*probed);
    CHECK(probed->error().kind == refusal::rejected);
    CHECK(probed->error().foreign == "said the site");
    CHECK(fpt::read_person(fault("102"))->error().kind == refusal::rejected);
    CHECK(fpt::read_script(fault("102"))->error().kind == refusal::rejected);
    CHECK(fpt::read_info(fault("102")).error().kind == trouble::fault);
}

TEST_CASE("to a password all four are, by code alone")
{
    const auto kind = [](const char* code) { return fpt::read_session_token(fault(code))->error().kind; };
    CHECK(kind("102") == refusal::rejected);
    CHECK(kind("106") == refusal::code_needed);
    CHECK(kind("108") == refusal::password_not_allowed);
    CHECK(kind("110") == refusal::token_needed);
    CHECK(
        fpt::read_session_token(reply(200, R"({"exception":true,"error_code":106,"message":"102"})"))
            ->error()
            .kind == refusal::code_needed
    );
}

TEST_CASE("info, bare or wrapped")
{
    const std::string body = R"({"version":[8,89,0,"Dev"],"full_version":[8,89,0,9724],)"
                             R"("user_authentication_method":"oxygen","unified_login_flow_enabled":true,)"
                             R"("authentication_app_session_launcher_enabled":true,"site_id":7})";
    for (const auto& text : {body, R"({"results":)" + body + "}"}) {
        const auto info = fpt::read_info(reply(200, text));
        REQUIRE(info);
        CHECK(info->version == "8.89.0");
        CHECK(info->login_method == "oxygen");
        CHECK(info->has_unified_login);
        CHECK(info->has_browser_login);
    }
    const auto least = fpt::read_info(reply(200, R"({"version":[5,4]})", std::nullopt));
    REQUIRE(least);
    CHECK(least->version == "5.4");
    CHECK(least->login_method.empty());
    CHECK_FALSE(least->has_unified_login);
    CHECK_FALSE(least->has_browser_login);
}

TEST_CASE("info without a version is no site, and odd members are not said")
{
    for (const char* body :
         {R"({"results":{}})",
          R"({"version":null})",
          R"({"version":[]})",
          R"({"version":["8"]})",
          R"({"version":[-1]})",
          R"({"version":"8.89"})",
          R"({"results":null,"version":[8]})"})
        CHECK(fpt::read_info(reply(200, body)).error().kind == trouble::not_fpt);
    for (const char* method :
         {"null", "7", "\"SAML<b>\"", "\"a b\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""})
        CHECK(fpt::read_info(
                  reply(200, R"({"version":[8],"user_authentication_method":)" + std::string(method) + "}")
        )
                  ->login_method.empty());
    CHECK_FALSE(
        fpt::read_info(reply(200, R"({"version":[8],"unified_login_flow_enabled":1})"))->has_unified_login
    );
}

TEST_CASE("a session token")
{
    for (const char* body :
         {R"({"results":{}})",
          R"({"results":{"session_id":""}})",
          R"({"results":{"session_id":null}})",
          R"({"results":{"session_id":5}})",
          R"({"session_id":"x"})"})
        CHECK(fpt::read_session_token(reply(200, body)).error().kind == trouble::not_fpt);
    const auto given = fpt::read_session_token(reply(200, R"({"results":{"session_id":"tok-FAKE"}})"));
    REQUIRE(given);
    REQUIRE(*given);
    CHECK((*given)->reveal() == "tok-FAKE");
}

TEST_CASE("a probe succeeds without a row, not without a list")
{
    CHECK(fpt::read_probe(reply(200, R"({"results":{}})")).error().kind == trouble::not_fpt);
    CHECK(fpt::read_probe(reply(200, R"({"results":{"entities":null}})")).error().kind == trouble::not_fpt);
    CHECK(fpt::read_probe(reply(200, R"({"results":{"entities":[]}})")).value());
    CHECK(fpt::read_probe(reply(200, R"({"results":{"entities":[{"type":"HumanUser","id":42}]}})")).value());
    CHECK(fpt::read_probe(reply(201, R"({"results":{"entities":[]}})", std::nullopt)).value());
}

TEST_CASE("who a person is")
{
    const auto read = [](const char* entities) {
        return fpt::read_person(reply(200, std::string(R"({"results":{"entities":)") + entities + "}}"));
    };
    for (const char* bad :
         {"{}",
          "[1]",
          "[{}]",
          R"([{"type":"HumanUser"}])",
          R"([{"type":"ApiUser","id":1}])",
          R"([{"type":"HumanUser","id":"1"}])",
          R"([{"type":"HumanUser","id":0}])",
          R"([{"type":"HumanUser","id":-1}])",
          R"([{"type":"HumanUser","id":1.5}])"}) {
        CAPTURE(bad);
        CHECK(read(bad).error().kind == trouble::not_fpt);
    }
    CHECK_FALSE(read("[]")->value().has_value());
    const auto who = read(R"([{"type":"HumanUser","id":42,"login":"jane","email":"j@x.com"}])")->value();
    REQUIRE(who);
    CHECK(who->id == 42);
    CHECK(who->login == "jane");
    CHECK(who->email == "j@x.com");
    const auto bare = read(R"([{"type":"HumanUser","id":1,"login":null}])")->value();
    CHECK(bare->login.empty());
    CHECK(bare->email.empty());
    const auto script = fpt::read_script(
        reply(200, R"({"results":{"entities":[{"type":"ApiUser","id":7,"firstname":"farm"}]}})")
    );
    CHECK(script->value()->id == 7);
    CHECK(script->value()->login == "farm");
}
