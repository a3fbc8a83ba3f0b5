// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/site_scene.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sgauth;

TEST_CASE("a password is sent once, whatever comes back")
{
    for (const unsigned status : {500U, 502U, 503U, 504U, 408U, 302U}) {
        scene s{planned{.status = status}};
        const password secret("pw-FAKE");
        CHECK_FALSE(s.run(s.client.log_in(s.site, "jane", secret, nullptr)));
        CHECK(s.wire.sent.size() == 1);
        CHECK(s.time.slept.empty());
    }
    scene s{planned{.trouble_instead = trouble::offline}};
    const password secret("pw-FAKE");
    const one_time_code code("123456");
    CHECK(s.run(s.client.log_in(s.site, "jane", secret, &code)).error().kind == trouble::offline);
    CHECK(s.wire.sent.size() == 1);
}

TEST_CASE("no secret comes back in foreign text")
{
    scene s{planned{.status = 403, .body = "blocked: pw-FAKE and 123456 and pw-FAKE"}};
    const password secret("pw-FAKE");
    const one_time_code code("123456");
    const auto said = s.run(s.client.log_in(s.site, "jane", secret, &code));
    CHECK(said.error().foreign == "blocked: [removed] and [removed] and [removed]");

    scene t{planned{.body = R"({"exception":true,"error_code":102,"message":"no key-FAKE"})"}};
    const script_key key("key-FAKE");
    CHECK(t.run(t.client.check_script(t.site, "farm", key))->error().foreign == "no [removed]");

    scene u{planned{.status = 403, .body = "cookie tok-FAKE"}};
    CHECK(u.run(u.client.log_out(u.site, u.token)).error().foreign == "cookie [removed]");
}

TEST_CASE("foreign text is cut to 1 KiB, and of a secret across the cut nothing is left")
{
    const std::string page(2000, 'p');
    scene s{planned{.status = 403, .body = page}};
    CHECK(s.run(s.client.info(s.site)).error().foreign == page.substr(0, max_foreign_bytes));
    scene t{
        planned{.body = info_body},
        planned{.body = R"({"exception":true,"error_code":102,"message":")" + page + "\"}"}
    };
    CHECK(t.run(t.client.probe(t.site, t.token))->error().foreign.size() == max_foreign_bytes);

    const password secret("correct horse battery staple");
    for (std::size_t before = max_foreign_bytes - 29; before <= max_foreign_bytes; ++before) {
        CAPTURE(before);
        scene u{planned{.status = 403, .body = std::string(before, '.') + "correct horse battery staple"}};
        const auto said = u.run(u.client.log_in(u.site, "jane", secret, nullptr));
        CHECK(said.error().foreign.size() <= max_foreign_bytes);
        CHECK(said.error().foreign.find('c') == std::string::npos);
    }
}

TEST_CASE("log in: the token, and without info before it")
{
    scene s{planned{.body = R"({"results":{"session_id":"tok-NEW"}})"}};
    const password secret("pw-FAKE");
    const auto said = s.run(s.client.log_in(s.site, "jane", secret, nullptr));
    CHECK(said->value().reveal() == "tok-NEW");
    CHECK(s.wire.sent.size() == 1);
}

TEST_CASE("a probe asks for info first, and goes no further if there is none")
{
    scene s{planned{.status = 403}};
    CHECK(s.run(s.client.probe(s.site, s.token)).error().kind == trouble::blocked);
    CHECK(s.wire.sent.size() == 1);

    scene t{planned{.body = info_body}, planned{.body = dead}};
    const auto said = t.run(t.client.probe(t.site, t.token));
    CHECK(said->error().kind == refusal::rejected);
    CHECK(t.wire.sent[0].find("\"info\"") != std::string::npos);
    CHECK(t.wire.sent[1].find("tok-FAKE") != std::string::npos);
    CHECK_FALSE(t.run(t.client.probe(t.site, t.token)).value());
    CHECK(t.wire.sent.size() == 3);
}

TEST_CASE("who is: by login, then by e-mail, then nobody")
{
    const char* jane = R"({"results":{"entities":[{"type":"HumanUser","id":42,"login":"jane"}]}})";
    scene s{planned{.body = jane}};
    CHECK(s.run(s.client.who_is(s.site, "jane", s.token))->value()->id == 42);
    CHECK(s.wire.sent.size() == 1);

    scene t{planned{.body = no_rows}, planned{.body = jane}};
    CHECK(t.run(t.client.who_is(t.site, "j@x.com", t.token))->value()->login == "jane");
    CHECK(t.wire.sent[1].find(R"("path":"email","relation":"is","values":["j@x.com"])") != std::string::npos);

    scene u{planned{.body = no_rows}};
    CHECK_FALSE(u.run(u.client.who_is(u.site, "ghost", u.token))->value());
    CHECK(u.wire.sent.size() == 2);

    // Two of that name, or with that address: whose it is would be a guess.
    const char* two = R"({"results":{"entities":[{"type":"HumanUser","id":42,"login":"jane"},)"
                      R"({"type":"HumanUser","id":43,"login":"bob"}]}})";
    scene w{planned{.body = no_rows}, planned{.body = two}};
    CHECK(w.run(w.client.who_is(w.site, "team@x.com", w.token)).error().kind == trouble::fault);
    scene x{planned{.body = two}};
    CHECK_FALSE(x.run(x.client.who_is(x.site, "jane", x.token)));
    CHECK(x.wire.sent.size() == 1);

    scene v{planned{.body = dead}};
    CHECK(v.run(v.client.who_is(v.site, "jane", v.token))->error().kind == refusal::rejected);
    CHECK(v.wire.sent.size() == 1);
}

TEST_CASE("a script that may not see itself is still a script")
{
    const script_key key("key-FAKE");
    scene s{planned{.body = no_rows}};
    const auto said = s.run(s.client.check_script(s.site, "farm", key))->value();
    CHECK(said.id == 0);
    CHECK(said.login == "farm");
    scene t{planned{.body = R"({"results":{"entities":[{"type":"ApiUser","id":7,"firstname":"Farm"}]}})"}};
    const auto known = t.run(t.client.check_script(t.site, "farm", key))->value();
    CHECK(known.id == 7);
    CHECK(known.login == "Farm");
}

TEST_CASE("a script's session is minted by one request, and its key comes back in no text")
{
    const script_key key("key-FAKE");
    scene s{planned{.body = R"({"results":{"session_id":"tok-NEW"}})"}};
    CHECK(s.run(s.client.mint(s.site, "farm", key))->value().reveal() == "tok-NEW");
    CHECK(s.wire.sent.size() == 1);
    for (const unsigned status : {502U, 504U}) {
        scene t{planned{.status = status, .body = "key-FAKE"}};
        CHECK(
            t.run(t.client.mint(t.site, "farm", key)).error().foreign.find("key-FAKE") == std::string::npos
        );
        CHECK(t.wire.sent.size() == 1);
    }
    scene u{planned{.body = R"({"exception":true,"error_code":102,"message":"no key-FAKE"})"}};
    const auto refused = u.run(u.client.mint(u.site, "farm", key));
    CHECK(refused->error().kind == refusal::rejected);
    CHECK(refused->error().foreign == "no [removed]");
    scene v{planned{.body = R"({"results":{}})"}};
    CHECK(v.run(v.client.mint(v.site, "farm", key)).error().kind == trouble::not_fpt);
}

TEST_CASE("a token that fits in no cookie is never sent as one")
{
    scene s{planned{.body = "{}"}};
    const session_token odd("a\r\nX: y");
    CHECK(s.run(s.client.life(s.site, odd))->word == life_word::unknown);
    CHECK(s.run(s.client.prolong(s.site, odd)) == false);
    CHECK(s.run(s.client.log_out(s.site, odd)).error().kind == trouble::fault);
    CHECK(s.wire.sent.empty());
}

TEST_CASE("life, prolonging and logging out go to their places")
{
    scene s{
        planned{.status = 401, .body = R"({"message":"Unauthorized"})"},
        planned{.body = R"({"message":"OK"})"},
        planned{.status = 302}
    };
    CHECK(s.run(s.client.life(s.site, s.token))->word == life_word::dead);
    CHECK(s.run(s.client.prolong(s.site, s.token)) == true);
    CHECK(s.run(s.client.log_out(s.site, s.token)));
    CHECK(
        s.wire.sent ==
        std::vector<std::string>{"/internal_api/session ", "/internal_api/session ", "/user/logout "}
    );
}
