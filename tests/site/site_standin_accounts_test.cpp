// SPDX-License-Identifier: Apache-2.0
#include "proto/json.hpp"
#include "tests/site/authenticate.hpp"
#include "tests/site/standin_fixture.hpp"

#include <doctest/doctest.h>

using namespace sgauth::stand_in;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(standin_fixture, "a password is checked, in any spelling of the login")
{
    CHECK(password("bob", "bob-password") == 0);
    CHECK(password("BOB", "bob-password") == 0);
    CHECK(password("bob@Example.com", "bob-password") == 0);
    CHECK(password("bob", "Bob-password") == 102);
    CHECK(password("nobody", "bob-password") == 102);
    CHECK(password("", "") == 102);
}

TEST_CASE_FIXTURE(standin_fixture, "a one-time code is good once")
{
    CHECK(password("jane", "jane-password") == 106);
    CHECK(password("jane", "wrong", "100001") == 102);
    CHECK(password("jane", "jane-password", "999999") == 102);
    CHECK(password("jane", "jane-password", "100001") == 0);
    CHECK(password("jane", "jane-password", "100001") == 102);
    set(R"({"wrong_code_error":106})");
    CHECK(password("jane", "jane-password", "100001") == 106);
    CHECK(password("jane", "jane-password", "100100") == 0);
}

TEST_CASE_FIXTURE(standin_fixture, "ten wrong passwords in a row lock for an hour, nine do not")
{
    for (int n = 0; n < 9; ++n)
        CHECK(password("bob", "wrong") == 102);
    CHECK(password("bob", "bob-password") == 0);
    for (int n = 0; n < 10; ++n)
        CHECK(password("bob", "wrong") == 102);
    CHECK(password("bob", "bob-password") == 102);
    clock += 1h - 1ms;
    CHECK(password("bob", "bob-password") == 102);
    clock += 1ms;
    CHECK(password("bob", "bob-password") == 0);
}

TEST_CASE_FIXTURE(standin_fixture, "single sign-on sites take a passphrase alone")
{
    set(R"({"user_authentication_method":"saml2"})");
    CHECK(password("jane", "jane-password") == 108);
    CHECK(password("nobody", "x") == 108);
    set(R"({"user_authentication_method":"oxygen"})");
    CHECK(password("jane", "jane-password", "100001") == 110);
    CHECK(password("jane", "jane-passphrase") == 0);
}

TEST_CASE_FIXTURE(standin_fixture, "an inactive person is refused, and so is the session that was open")
{
    auto token = session_of("bob", "bob-password");
    CHECK(session(token) == 0);
    sgauth::proto::json_document change;
    REQUIRE(change.parse(R"({"login":"bob","status":"dis"})") == sgauth::proto::json_fault::none);
    REQUIRE(site.people.set_person(change.root()).empty());
    CHECK(password("bob", "bob-password") == 102);
    CHECK(session(token) == 102);
}

TEST_CASE_FIXTURE(standin_fixture, "a session ends with its idle window, at the millisecond")
{
    set(R"({"session_seconds":60})");
    auto token = session_of("bob", "bob-password");
    CHECK(token.size() == 32);
    clock += 60s - 1ms;
    CHECK(session(token) == 0);
    clock += 1ms;
    CHECK(session(token) == 102);
    CHECK(session(token, false) == 0);
    CHECK(session("0123456789abcdef0123456789abcdef") == 102);
    CHECK(session("") == 102);
}

TEST_CASE_FIXTURE(standin_fixture, "use slides the window, no more often than the granularity")
{
    set(R"({"session_seconds":60})");
    auto* mine = site.tokens.find(session_of("bob", "bob-password"));
    REQUIRE(mine);
    auto began = mine->expires_at(site.settings);
    clock += 29s;
    sessions::use(*mine, 30s, clock);
    CHECK(mine->expires_at(site.settings) == began);
    clock += 1s;
    sessions::use(*mine, std::nullopt, clock);
    CHECK(mine->expires_at(site.settings) == began);
    sessions::use(*mine, 30s, clock);
    CHECK(mine->expires_at(site.settings) == began + 30s);
    set(R"({"force_expires_seconds":70})");
    CHECK(mine->expires_at(site.settings) == began + 10s);
}

TEST_CASE_FIXTURE(standin_fixture, "one session is revoked without the others")
{
    auto first = session_of("bob", "bob-password");
    auto second = session_of("bob", "bob-password");
    CHECK(site.tokens.revoke(first, {}) == 1);
    CHECK(site.tokens.revoke(first, {}) == 0);
    CHECK(session(first) == 102);
    CHECK(session(first, false) == 102);
    CHECK(session(second) == 0);
    CHECK(site.tokens.revoke({}, "BOB") == 1);
    CHECK(session(second) == 102);
}

TEST_CASE_FIXTURE(standin_fixture, "impersonation wants an active person who allows it")
{
    credentials farm;
    farm.script_name = "farm";
    farm.script_key = "farm-key";
    farm.sudo_as_login = "bob";
    CHECK(code_of(farm) == 102);
    site.people.find_person("bob")->can_impersonate_this_user = true;
    CHECK(code_of(farm) == 0);
    farm.sudo_as_login = "bob@example.com";
    CHECK(code_of(farm) == 102);
    farm.script_key = "wrong";
    CHECK(code_of(farm) == 102);
}
