// SPDX-License-Identifier: Apache-2.0
#include "tests/site/form.hpp"
#include "tests/site/proxy_request.hpp"
#include "tests/site/standin_fixture.hpp"
#include "tests/site/tokens.hpp"

#include <doctest/doctest.h>

using namespace sgauth::stand_in;
using namespace std::chrono_literals;

namespace {
constexpr auto launch = "/internal_api/app_session_request";

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

std::string word_after(const std::string& text, std::string_view before)
{
    auto from = text.find(before);
    REQUIRE(from != std::string::npos);
    from += before.size();
    return text.substr(from, text.find('"', from) - from);
}
}  // namespace

TEST_CASE("form fields, escapes and cookies are read")
{
    auto form = form_fields::parse("a=1%2B2+3&b&=x&c=%zz&d=%4");
    CHECK(form.get("a") == "1+2 3");
    CHECK(form["b"]);
    CHECK(form.get("c") == "%zz");
    CHECK(form.get("d") == "%4");
    CHECK_FALSE(form["e"]);
    http_request request;
    request.headers = {{"Cookie", "x_session_id=no; _session_id=yes; z=1"}};
    CHECK(request.cookie("_session_id") == "yes");
    CHECK(request.cookie("session_id").empty());
}

TEST_CASE("a JWT is refused when one character differs")
{
    auto token = sign_jwt(R"({"a":1})", "key");
    CHECK(verify_jwt(token, "key") == R"({"a":1})");
    CHECK_FALSE(verify_jwt(token, "other"));
    token[token.find('.') + 2] ^= 1;
    CHECK_FALSE(verify_jwt(token, "key"));
    CHECK_FALSE(verify_jwt("", "key"));
    CHECK_FALSE(verify_jwt("a.b", "key"));
}

TEST_CASE_FIXTURE(standin_fixture, "the control channel wants its secret, and counts nothing")
{
    CHECK(ask("GET", "/control/state").reply.status == 403);
    CHECK(ask("GET", "/control/state", "", {{"X-Control", "c"}}).reply.status == 403);
    CHECK(control("state").status == 200);
    CHECK(control("nonsense").status == 404);
    CHECK(control("fault", "{").status == 400);
    CHECK(control("fault", R"({"kind":"nonsense"})").status == 400);
    CHECK(control("settings", R"({"nonsense":1})").status == 400);
    CHECK(contains(control("state").body, R"("requests":0)"));
}

TEST_CASE_FIXTURE(standin_fixture, "an armed fault hits what it names, as often as it says")
{
    CHECK(
        control("fault", R"({"kind":"503","retry_after":7,"method":"info","skip":1,"count":2})").status == 200
    );
    const std::string info = R"({"method_name":"info","params":[]})";
    CHECK(rpc(info).status == 200);
    CHECK(rpc(R"({"method_name":"read","params":[]})").status == 200);
    auto spoiled = rpc(info);
    CHECK(spoiled.status == 503);
    CHECK(spoiled.headers.at(0).value == "7");
    CHECK(rpc(info).status == 503);
    CHECK(rpc(info).status == 200);
    CHECK(control("fault", R"({"kind":"drop","path":"/api/*","count":"all"})").status == 200);
    CHECK(ask("GET", "/api/v1").how == delivery::drop);
    CHECK(ask("GET", "/api/v1").how == delivery::drop);
    CHECK(rpc(info).status == 200);
    CHECK(contains(control("state").body, R"("info":5)"));
}

TEST_CASE_FIXTURE(standin_fixture, "a browser login is delivered once")
{
    CHECK(contains(ask("POST", launch, "appName=a").reply.body, "Missing params: machineId"));
    auto made = ask("POST", launch, "appName=a+b&machineId=").reply.body;
    auto id = word_after(made, R"("sessionRequestId":")");
    auto path = std::string(launch) + "/" + id;
    CHECK(ask("PUT", path).reply.body == R"({"approved":false})");
    CHECK(control("approve", R"({"login":"bob"})").status == 200);
    auto answer = ask("PUT", path).reply.body;
    CHECK(contains(answer, R"("approved":true)"));
    CHECK(contains(answer, R"("userLogin":"bob")"));
    CHECK(session(word_after(answer, R"("sessionToken":")")) == 0);
    auto again = ask("PUT", path).reply;
    CHECK(again.status == 404);
    CHECK(again.body == R"({"message":"Not Found"})");
}

TEST_CASE_FIXTURE(standin_fixture, "a browser login is forgotten, denied, switched off")
{
    auto path =
        std::string(launch) + "/" +
        word_after(ask("POST", launch, "appName=a&machineId=b").reply.body, R"("sessionRequestId":")");
    clock += 305s;
    CHECK(ask("PUT", path).reply.status == 404);
    path = std::string(launch) + "/" +
           word_after(ask("POST", launch, "appName=a&machineId=b").reply.body, R"("sessionRequestId":")");
    CHECK(control("deny").status == 200);
    CHECK(ask("PUT", path).reply.status == 404);
    set(R"({"authentication_app_session_launcher_enabled":false})");
    CHECK(ask("POST", launch, "appName=a&machineId=b").reply.status == 403);
}

TEST_CASE_FIXTURE(standin_fixture, "the page wants a login, then a decision")
{
    auto id =
        word_after(ask("POST", launch, "appName=<b>&machineId=b").reply.body, R"("sessionRequestId":")");
    auto page = "/app_session_request/" + id;
    auto away = ask("GET", page + "?sticky_id=" + id).reply;
    CHECK(away.status == 302);
    CHECK(away.headers.at(0).value == site.base_url + "/user/login?return_path=" + page);
    auto in = ask("POST", "/user/login", "login=bob&password=bob-password&return_path=" + page).reply;
    CHECK(in.status == 302);
    CHECK(in.headers.at(0).value == site.base_url + page);
    auto cookie = in.headers.at(1).value.substr(0, in.headers.at(1).value.find(';'));
    auto shown = ask("GET", page, "", {{"Cookie", cookie}}).reply;
    CHECK(contains(shown.body, "Approve"));
    CHECK_FALSE(contains(shown.body, "<b>"));
    CHECK(ask("POST", page, "decision=approve", {{"Cookie", cookie}}).reply.status == 200);
    CHECK(contains(ask("PUT", std::string(launch) + "/" + id).reply.body, R"("userLogin":"bob")"));
    auto elsewhere =
        ask("POST", "/user/login", "login=bob&password=bob-password&return_path=//evil.test").reply;
    CHECK(elsewhere.headers.at(0).value == site.base_url + "/user/home");
}

TEST_CASE_FIXTURE(standin_fixture, "the cookie's endpoints are absent unless switched on")
{
    std::vector<http_header> cookie = {{"Cookie", "_session_id=" + session_of("bob", "bob-password")}};
    CHECK(ask("GET", "/internal_api/session", "", cookie).reply.status == 404);
    CHECK(ask("GET", "/user/logout", "", cookie).reply.status == 404);
    set(R"({"web_session":true,"session_seconds":3600,"logout":"ignored"})");
    auto life = ask("GET", "/internal_api/session", "", cookie).reply.body;
    CHECK(contains(life, R"({"app":{"createdAt":1700000000,"expiresAt":1700003600,"forceExpiresAt":null})"));
    CHECK(contains(life, R"("notifyAt":1700002700)"));
    clock += 100s;
    CHECK(ask("GET", "/internal_api/session", "", cookie).reply.body == life);
    CHECK(ask("POST", "/internal_api/session", "", cookie).reply.body == R"({"message":"OK"})");
    CHECK(contains(ask("GET", "/internal_api/session", "", cookie).reply.body, R"("expiresAt":1700003700)"));
    CHECK(ask("GET", "/user/logout", "", cookie).reply.status == 302);
    CHECK(ask("GET", "/internal_api/session", "", cookie).reply.status == 200);
    set(R"({"logout":"ends"})");
    CHECK(ask("GET", "/user/logout", "", cookie).reply.status == 302);
    auto gone = ask("GET", "/internal_api/session", "", cookie).reply;
    CHECK(gone.status == 401);
    CHECK(gone.body == R"({"message":"Unauthorized"})");
}

TEST_CASE_FIXTURE(standin_fixture, "REST tokens: each grant, rotation, the end of a bearer")
{
    constexpr auto endpoint = "/api/v1/auth/access_token";
    CHECK(ask("POST", endpoint, "grant_type=implicit").reply.status == 400);
    CHECK(ask("POST", endpoint, "x", {{"Content-Type", "text/plain"}}).reply.status == 415);
    CHECK(ask("POST", endpoint, "{}", {{"Content-Type", "application/json"}}).reply.status == 415);
    CHECK(ask("POST", endpoint, "a=b", {{"Content-Type", "application/json"}}).reply.status == 400);
    CHECK(ask("POST", "/api/v2/auth/access_token", "").reply.status == 404);
    auto no_code = ask("POST", endpoint, "grant_type=password&username=jane&password=jane-password").reply;
    CHECK(no_code.status == 400);
    CHECK(contains(no_code.body, R"("code":106)"));
    CHECK(contains(no_code.body, R"("source":{"auth_token":"missing for 2FA login"})"));
    auto query =
        std::string(endpoint) + "?grant_type=client_credentials&client_id=farm&client_secret=farm-key";
    CHECK(ask("POST", query).reply.status == 200);

    auto token = session_of("bob", "bob-password");
    auto minted = ask("POST", endpoint, "grant_type=session_token&session_token=" + token).reply;
    CHECK(contains(minted.body, R"("expires_in":600)"));
    std::vector<http_header> bearer = {
        {"Authorization", "Bearer " + word_after(minted.body, R"("access_token":")")}
    };
    CHECK(ask("GET", "/api/v1/entity/human_users/43", "", bearer).reply.status == 200);
    clock += 600s;
    CHECK(ask("GET", "/api/v1/entity/human_users/43", "", bearer).reply.status == 401);

    auto renewal =
        "grant_type=refresh_token&refresh_token=" + word_after(minted.body, R"("refresh_token":")");
    CHECK(ask("POST", endpoint, renewal).reply.status == 200);
    CHECK(ask("POST", endpoint, renewal).reply.status == 401);
}

TEST_CASE("the proxy lets CONNECT pass, with the right word if it wants one")
{
    CHECK(judge("CONNECT localhost:443 HTTP/1.1\r\n\r\n", {}).status == 200);
    CHECK(judge("CONNECT localhost:443 HTTP/1.1\r\n\r\n", {}).port == "443");
    CHECK(judge("GET http://localhost/ HTTP/1.1\r\n\r\n", {}).status == 405);
    CHECK(judge("CONNECT localhost HTTP/1.1\r\n\r\n", {}).status == 400);
    CHECK(judge("", {}).status == 400);
    CHECK(judge("CONNECT a:1 HTTP/1.1\r\n\r\n", {"u", "p"}).status == 407);
    CHECK(judge("CONNECT a:1 HTTP/1.1\r\nproxy-authorization: Basic dTpw\r\n\r\n", {"u", "p"}).status == 200);
    CHECK(judge("CONNECT a:1 HTTP/1.1\r\nproxy-authorization: Basic dTpx\r\n\r\n", {"u", "p"}).status == 407);
}
