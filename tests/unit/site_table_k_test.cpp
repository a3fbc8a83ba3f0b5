// SPDX-License-Identifier: Apache-2.0
#include "src/site/http_trouble.hpp"
#include "src/site/reply_parser.hpp"
#include "tests/unit/site_replies.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

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
