// SPDX-License-Identifier: Apache-2.0
#include "src/site/fpt_wire.hpp"
#include "src/site/http_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

namespace {

const session_token token("tok-FAKE");

std::string header(const http_request& request, std::string_view name)
{
    for (const auto& [key, value] : request.headers)
        if (key == name)
            return value;
    return "none";
}

}  // namespace

TEST_CASE("a token that would end its cookie or header is not sent as one")
{
    CHECK(fpt::fits_in_a_cookie(token));
    for (const char* bad :
         {"", "a b", "a;b", "a,b", "a\"b", "a\\b", "a\r\nX: y", "a\x7f", "\xc3\xa9", "a\tb"})
        CHECK_FALSE(fpt::fits_in_a_cookie(session_token(bad)));
    CHECK_FALSE(fpt::fits_in_a_cookie(session_token(std::string_view("a\0b", 3))));
}

TEST_CASE("info is the request of facts A.3")
{
    const auto request = fpt::info();
    CHECK(request.method == "POST");
    CHECK(request.target == "/api3/json");
    CHECK(request.body == R"({"method_name":"info","params":[]})");
    CHECK(request.again == resend::allowed);
    CHECK(header(request, "Content-Type") == "application/json; charset=utf-8");
    CHECK(header(request, "User-Agent") == "sgauth/" SGAUTH_VERSION);
    CHECK(header(request, "Cookie") == "none");
}

TEST_CASE("a password and a code go out once, as facts J.1 has them")
{
    const password secret("pw-FAKE");
    const one_time_code code("123456");
    const auto first = fpt::session_token_for("jane", secret, nullptr);
    CHECK(first.again == resend::never);
    CHECK(
        first.body ==
        R"({"method_name":"get_session_token","params":[{"user_login":"jane","user_password":"pw-FAKE"}]})"
    );
    const auto second = fpt::session_token_for("jane", secret, &code);
    CHECK(second.again == resend::never);
    CHECK(
        second.body == R"({"method_name":"get_session_token","params":[)"
                       R"({"user_login":"jane","user_password":"pw-FAKE","auth_token":"123456"}]})"
    );
}

TEST_CASE("what people type is escaped, and other alphabets stay as they are")
{
    const password secret("p\"\\\n\x01ü");
    CHECK(
        fpt::session_token_for("jané", secret, nullptr).body ==
        "{\"method_name\":\"get_session_token\",\"params\":[{\"user_login\":\"jané\","
        "\"user_password\":\"p\\\"\\\\\\n\\u0001ü\"}]}"
    );
}

TEST_CASE("a body does not grow while a secret is in it")
{
    const password worst(std::string(4000, '\x01'));
    const auto request = fpt::session_token_for("jane", worst, nullptr);
    CHECK(request.body.size() > 6 * 4000);
    CHECK(request.body.capacity() == 512 + 6 * (4000 + 4));
}

TEST_CASE("the probe is the read of facts A.5")
{
    CHECK(
        fpt::probe(token).body ==
        R"({"method_name":"read","params":[{"session_token":"tok-FAKE","reject_if_expired":true},)"
        R"({"type":"HumanUser","return_fields":["id"],"filters":{"logical_operator":"and","conditions":[]},)"
        R"("return_only":"active","paging":{"entities_per_page":1,"current_page":1},)"
        R"("api_return_image_urls":true,"return_paging_info_without_counts":false}]})"
    );
    CHECK(fpt::probe(token).again == resend::allowed);
}

TEST_CASE("who am I, by login and by e-mail")
{
    const auto body = [](const char* path) {
        return std::string(R"({"method_name":"read","params":[)"
                           R"({"session_token":"tok-FAKE","reject_if_expired":true},)"
                           R"({"type":"HumanUser","return_fields":["id","login","email"],)"
                           R"("filters":{"logical_operator":"and","conditions":[{"path":")") +
               path +
               R"(","relation":"is","values":["jane"]}]},"return_only":"active",)"
               R"("paging":{"entities_per_page":2,"current_page":1},)"
               R"("api_return_image_urls":true,"return_paging_info_without_counts":false}]})";
    };
    CHECK(fpt::person(fpt::person_key::login, "jane", token).body == body("login"));
    CHECK(fpt::person(fpt::person_key::email, "jane", token).body == body("email"));
}

TEST_CASE("a script's session is asked for with its pair and nothing else, once")
{
    const auto request = fpt::session_token_by_key("f\"arm", script_key("key-FAKE"));
    CHECK(
        request.body ==
        R"({"method_name":"get_session_token","params":[{"script_name":"f\"arm","script_key":"key-FAKE"}]})"
    );
    CHECK(request.again == resend::never);
}

TEST_CASE("a script asks for itself with its own key")
{
    CHECK(
        fpt::script("farm", script_key("key-FAKE")).body ==
        R"({"method_name":"read","params":[{"script_name":"farm","script_key":"key-FAKE"},)"
        R"({"type":"ApiUser","return_fields":["id","firstname"],"filters":{"logical_operator":"and",)"
        R"("conditions":[{"path":"firstname","relation":"is","values":["farm"]}]},"return_only":"active",)"
        R"("paging":{"entities_per_page":1,"current_page":1},)"
        R"("api_return_image_urls":true,"return_paging_info_without_counts":false}]})"
    );
}

TEST_CASE("the web session's calls carry the token as a cookie and nothing else")
{
    struct row {
        http_request request;
        const char* method;
        const char* target;
    };
    const row rows[] = {
        {fpt::life(token), "GET", "/internal_api/session"},
        {fpt::prolong(token), "POST", "/internal_api/session"},
        {fpt::log_out(token), "GET", "/user/logout"},
    };
    for (const row& r : rows) {
        CHECK(r.request.method == r.method);
        CHECK(r.request.target == r.target);
        CHECK(r.request.body.empty());
        CHECK(header(r.request, "Cookie") == "_session_id=tok-FAKE");
    }
}

TEST_CASE("requests as they go over the wire")
{
    const auto site = *site_url::parse("https://studio.com:8443");
    CHECK(
        request_text(fpt::info(), site).get() ==
        "POST /api3/json HTTP/1.1\r\nHost: studio.com:8443\r\nConnection: keep-alive\r\nContent-Length: "
        "34\r\n"
        "User-Agent: sgauth/" SGAUTH_VERSION
        "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
        R"({"method_name":"info","params":[]})"
    );
    const auto prolong = request_text(fpt::prolong(token), *site_url::parse("https://[::1]"));
    CHECK(prolong.get().find("Host: [::1]\r\n") != std::string::npos);
    CHECK(prolong.get().find("Content-Length: 0\r\n") != std::string::npos);
    CHECK(request_text(fpt::life(token), site).get().find("Content-Length") == std::string::npos);
}
