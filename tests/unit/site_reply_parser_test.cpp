// SPDX-License-Identifier: Apache-2.0
#include "src/site/http_trouble.hpp"
#include "src/site/reply_parser.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

http_reply reply(unsigned status, std::string body = {}, std::optional<std::string> type = "application/json")
{
    http_reply out;
    out.status = status;
    out.body = std::move(body);
    out.content_type = std::move(type);
    return out;
}

http_reply redirect(unsigned status, std::string location)
{
    auto out = reply(status, "<html>moved</html>", "text/html");
    out.location = std::move(location);
    return out;
}

http_reply fault(const char* code)
{
    return reply(
        200, std::string(R"({"exception":true,"error_code":)") + code + R"(,"message":"said the site"})"
    );
}

// The kind of trouble that a reply is to every JSON-RPC call; the same for all of them, checked here.
trouble kind_of(const http_reply& r)
{
    const auto probed = fpt::read_probe(r);
    REQUIRE_FALSE(probed);
    const auto info = fpt::read_info(r);
    const auto token = fpt::read_session_token(r);
    const auto person = fpt::read_person(r);
    const auto script = fpt::read_script(r);
    REQUIRE_FALSE(info);
    REQUIRE_FALSE(token);
    REQUIRE_FALSE(person);
    REQUIRE_FALSE(script);
    CHECK(info.error().kind == probed.error().kind);
    CHECK(token.error().kind == probed.error().kind);
    CHECK(person.error().kind == probed.error().kind);
    CHECK(script.error().kind == probed.error().kind);
    CHECK_FALSE(probed.error().detail.empty());
    return probed.error().kind;
}

}  // namespace

TEST_CASE("table K: statuses that say nothing about a session")
{
    CHECK(kind_of(reply(401, R"({"message":"Unauthorized"})")) == trouble::unauthorised);
    CHECK(kind_of(reply(403, "blocked", "text/html")) == trouble::blocked);
    CHECK(kind_of(reply(407)) == trouble::proxy);
    CHECK(kind_of(reply(429)) == trouble::throttled);
    CHECK(kind_of(reply(503)) == trouble::maintenance);
    for (const unsigned status : {500U, 501U, 502U, 504U, 505U, 599U})
        CHECK(kind_of(reply(status)) == trouble::server_error);
    for (const unsigned status : {0U, 100U, 101U, 400U, 404U, 405U, 408U, 413U, 999U}) {
        const bool is_server = status >= 500;
        CHECK(kind_of(reply(status)) == (is_server ? trouble::server_error : trouble::not_fpt));
    }
}

TEST_CASE("table K: a status decides, even over a body that claims a dead session")
{
    for (const unsigned status : {301U, 401U, 403U, 429U, 500U, 502U, 503U}) {
        auto r = fault("102");
        r.status = status;
        CHECK_FALSE(fpt::read_probe(r));
    }
}

TEST_CASE("table K: redirects are named by their host and never followed")
{
    for (const unsigned status : {300U, 301U, 302U, 303U, 304U, 307U, 308U})
        CHECK(kind_of(redirect(status, "https://portal.example/login?t=secret")) == trouble::moved);
    struct row {
        const char* location;
        const char* host;
    };
    for (const row& r : {
             row{"https://portal.example/login?token=x", "portal.example"},
             row{"https://u:p@portal.example:81/x", "portal.example:81"},
             row{"//portal.example", "portal.example"},
             row{"https://portal.example\\@x", "portal.example"},
             row{"/login?next=https://x", ""},
             row{"login", ""},
             row{"", ""},
         }) {
        CAPTURE(r.location);
        CHECK(http_trouble(redirect(302, r.location))->foreign == r.host);
    }
}

TEST_CASE("table K: only a 302 to the SAML page means that claims have expired")
{
    const char* page = "https://mysite.shotgrid.autodesk.com/saml/saml_login_request";
    CHECK(kind_of(redirect(302, page)) == trouble::claims_expired);
    CHECK(kind_of(redirect(302, "/saml/saml_login_request")) == trouble::claims_expired);
    CHECK(kind_of(redirect(301, page)) == trouble::moved);
    CHECK(kind_of(redirect(302, std::string(page) + "?x")) == trouble::moved);
    CHECK(kind_of(redirect(302, "https://x/saml_login_request")) == trouble::moved);
}

TEST_CASE("table K: a 200 that is no FPT answer")
{
    CHECK(kind_of(reply(200, "<html>portal</html>", "text/html")) == trouble::not_fpt);
    CHECK(
        kind_of(reply(200, R"({"results":{"entities":[]}})", "text/html; charset=utf-8")) == trouble::not_fpt
    );
    CHECK(kind_of(reply(200, R"({"results":{"entities":[]}})", "")) == trouble::not_fpt);
    CHECK(kind_of(reply(200, R"({"results":{"entities":[]}})", "text/json")) == trouble::not_fpt);
    CHECK(kind_of(reply(200, "<html>", std::nullopt)) == trouble::not_fpt);
    for (const char* body :
         {"",
          " ",
          "null",
          "[]",
          "1",
          "\"x\"",
          "{",
          "{}x",
          "{\"results\":{}",
          "{\"a\":1,\"a\":2}",
          "{}",
          "{\"results\":null}",
          "{\"results\":[]}",
          "{\"results\":1}",
          "\xff"})
        CHECK(kind_of(reply(200, body)) == trouble::not_fpt);
}

TEST_CASE("an answer is taken up to 1 MiB and not beyond")
{
    std::string body = R"({"results":{"entities":[],"x":")";
    body.resize(max_reply_body - 3, 'x');
    body += "\"}}";
    CHECK(fpt::read_probe(reply(200, body)));
    CHECK(kind_of(reply(200, body + ' ')) == trouble::not_fpt);
}

TEST_CASE("faults of a kind that we have no word for are trouble, never a refusal")
{
    for (const char* code :
         {"103", "104", "0", "-102", "1020", "102.0", "\"102\"", "null", "true", "[102]"}) {
        CAPTURE(code);
        CHECK(kind_of(fault(code)) == trouble::fault);
        CHECK(fpt::read_probe(fault(code)).error().foreign == "said the site");
    }
    CHECK(kind_of(reply(200, R"({"exception":true})")) == trouble::fault);
    CHECK(kind_of(reply(200, R"({"exception":"true","error_code":102})")) == trouble::fault);
    CHECK(kind_of(reply(200, R"({"exception":1,"error_code":102})")) == trouble::fault);
    CHECK(kind_of(reply(200, R"({"exception":false,"error_code":102})")) == trouble::not_fpt);
    CHECK(kind_of(reply(200, R"({"error_code":102,"message":"session expired"})")) == trouble::not_fpt);
}

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

TEST_CASE("foreign text is cut to 1 KiB")
{
    const std::string page(2000, 'p');
    CHECK(http_trouble(reply(403, page, "text/html"))->foreign == page.substr(0, 1024));
    const auto said =
        fpt::read_probe(reply(200, R"({"exception":true,"error_code":102,"message":")" + page + "\"}"));
    CHECK(said->error().foreign.size() == 1024);
    CHECK(http_trouble(redirect(301, "https://" + page))->foreign.size() == 1024);
}

TEST_CASE("Retry-After counts where it is a number of seconds")
{
    const auto after = [](unsigned status, const char* text) {
        auto r = reply(status);
        r.retry_after = text;
        return http_trouble(r)->retry_after;
    };
    for (const char* bad :
         {"", "-1", "1.5", "soon", "1 ", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"})
        CHECK_FALSE(after(429, bad));
    CHECK_FALSE(after(500, "10"));
    CHECK(after(429, "0") == 0s);
    CHECK(after(429, "120") == 120s);
    CHECK(after(503, "86400") == 24h);
    CHECK(after(503, "86401") == 24h);
}

TEST_CASE("JSON is JSON by its type, or without one")
{
    CHECK(is_json(reply(200, "", std::nullopt)));
    CHECK(is_json(reply(200, "", "Application/JSON; charset=utf-8")));
    CHECK(is_json(reply(200, "", "text/javascript")));
    CHECK_FALSE(is_json(reply(200, "", "")));
    CHECK_FALSE(is_json(reply(200, "", "text/plain")));
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
