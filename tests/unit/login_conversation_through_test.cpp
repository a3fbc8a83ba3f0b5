// SPDX-License-Identifier: Apache-2.0
#include "src/login/login_words.hpp"
#include "tests/unit/login_conversation_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace sgauth::test;

TEST_SUITE("login.conversation: the way through")
{
    TEST_CASE("with nothing given: site, user, password, code")
    {
        login_request request;
        request.hinted_login = "jane";
        login_conversation talk(request);
        REQUIRE(asks(talk, "text", "site"));
        REQUIRE(answer(talk, "ftp://nowhere"));
        REQUIRE(asks(talk, "text", "site"));
        CHECK(talk.step().message->find("not the address of a site") == 0);
        REQUIRE(answer(talk, "  Studio.Example.com/page \n"));
        CHECK(talk.site() == test::site_of());
        REQUIRE(talk.errand() == login_errand::describe);
        CHECK(talk.step().kind == "wait");
        talk.described(plain_site());
        REQUIRE(asks(talk, "text", "user"));
        CHECK(talk.step().preset == "jane");
        REQUIRE(answer(talk, " Jane\t"));
        CHECK(talk.name() == "Jane");
        REQUIRE(talk.errand() == login_errand::look_up);
        talk.not_there();
        REQUIRE(asks_password(talk));
        CHECK(talk.asks_for_password());
        CHECK_FALSE(talk.step().message);
        REQUIRE(answer(talk, " pass word "));
        REQUIRE(talk.errand() == login_errand::check_password);
        CHECK(talk.password_to_send().reveal() == " pass word ");
        CHECK_FALSE(talk.take_code());
        refuse(talk, refusal::code_needed);
        REQUIRE(asks(talk, "secret", "code"));
        REQUIRE(answer(talk, "123456"));
        REQUIRE(talk.errand() == login_errand::check_password);
        CHECK(talk.take_code()->reveal() == "123456");
        talk.accepted();
        CHECK(talk.password_to_send().empty());
        CHECK(talk.turn() == login_turn::site);
        proto::session_info session;
        session.user = "jane";
        talk.done(session);
        REQUIRE(talk.turn() == login_turn::over);
        CHECK(talk.step().kind == "done");
        CHECK(talk.step().session->user == "jane");
    }

    TEST_CASE("a script: its name where it was not given, its key")
    {
        login_conversation talk(of_script(""));
        talk.described(plain_site());
        REQUIRE(asks(talk, "text", "script"));
        REQUIRE(answer(talk, "farm"));
        REQUIRE(talk.errand() == login_errand::look_up);
        talk.not_there();
        REQUIRE(asks(talk, "secret", "key"));
        CHECK_FALSE(talk.asks_for_password());
        REQUIRE(answer(talk, "the-key"));
        REQUIRE(talk.errand() == login_errand::check_key);
        CHECK(talk.key_to_send().reveal() == "the-key");
        talk.accepted();
        CHECK(talk.key_to_send().empty());
    }

    TEST_CASE("a site that hardly takes passwords says so with the question")
    {
        for (const char* method : {"saml2", "oxygen"}) {
            login_conversation talk(of_jane());
            talk.described(plain_site(method));
            REQUIRE(asks_password(talk));
            CHECK(talk.step().message);
        }
    }

    TEST_CASE("an answer at the limit is taken")
    {
        login_conversation talk(login_request{});
        REQUIRE(answer(talk, "a.example.com"));
        talk.described(plain_site());
        CHECK_FALSE(answer(talk, std::string(max_text_answer_bytes + 1, 'x')));
        CHECK(answer(talk, std::string(max_text_answer_bytes, 'x')));
    }
}
