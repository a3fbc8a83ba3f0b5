// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "src/login/login_words.hpp"
#include "tests/unit/login_conversation_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace sgauth::test;

TEST_SUITE("login.conversation: what is no login")
{
    TEST_CASE("requests that contradict themselves are refused by the parameter's name")
    {
        login_request both = of_jane();
        both.script = "farm";
        CHECK(login_conversation::fault_of(both)->parameter == "user");
        login_request shares = of_jane();
        shares.share_key = true;
        CHECK(login_conversation::fault_of(shares)->parameter == "share_key");
        shares = of_script("farm");
        shares.share_key = true;
        CHECK_FALSE(login_conversation::fault_of(shares));
        login_request method = of_jane();
        method.method = "telepathy";
        CHECK(login_conversation::fault_of(method)->parameter == "method");
        for (const std::string& bad :
             {std::string(), std::string(" \t"), std::string("a\nb"), std::string(513, 'x')}) {
            login_request user = of_jane();
            user.user = bad;
            CHECK(login_conversation::fault_of(user)->parameter == "user");
        }
        CHECK(login_conversation::fault_of(of_script("a\nb"))->parameter == "script");
        CHECK_FALSE(login_conversation::fault_of(of_script("")));
        login_request longest = of_jane();
        longest.user = std::string(512, 'x');
        CHECK_FALSE(login_conversation::fault_of(longest));
    }

    TEST_CASE("a login by browser fails at once")
    {
        login_request request = of_jane();
        request.method = "browser";
        CHECK(failed_as(login_conversation(request), proto::error_name::form_unavailable));
    }

    TEST_CASE("empty and oversized answers change nothing")
    {
        login_conversation talk = at_password();
        CHECK_FALSE(answer(talk, ""));
        CHECK_FALSE(answer(talk, std::string(max_secret_answer_bytes + 1, 'x')));
        CHECK(asks_password(talk));
        CHECK(answer(talk, std::string(max_secret_answer_bytes, 'x')));

        login_conversation named(login_request{});
        CHECK_FALSE(answer(named, "  "));
        CHECK_FALSE(answer(named, "a\x01"));
        CHECK(asks(named, "text", "site"));
    }
}

TEST_SUITE("login.conversation: the site says no")
{
    TEST_CASE("a site that cannot be asked is said before any password, with the cause")
    {
        for (const trouble kind :
             {trouble::offline, trouble::untrusted, trouble::timed_out, trouble::not_fpt, trouble::blocked}) {
            login_conversation talk(of_jane());
            talk.in_trouble({kind, "the certificate is not trusted", "<html>\x1b[2J", {}});
            CHECK(failed_as(talk, proto::error_name::unreachable));
            CHECK(talk.step().message->find("the certificate is not trusted") != std::string::npos);
            CHECK(talk.step().message->find("https://studio.example.com") == 0);
            CHECK(talk.step().foreign->find('\x1b') == std::string::npos);
        }
    }

    TEST_CASE("a wrong password is asked for again three times, then refused")
    {
        login_conversation talk = at_password();
        for (int i = 0; i < max_repeats; ++i) {
            REQUIRE(answer(talk, "wrong"));
            refuse(talk);
            REQUIRE(asks_password(talk));
            CHECK(talk.step().message);
            CHECK(talk.step().foreign == "no");
        }
        REQUIRE(answer(talk, "wrong"));
        refuse(talk);
        CHECK(failed_as(talk, proto::error_name::refused));
        CHECK(talk.password_to_send().empty());
    }

    TEST_CASE("a wrong code is asked for again, whether the site says 102 or 106, with the password kept")
    {
        for (const refusal kind : {refusal::rejected, refusal::code_needed}) {
            login_conversation talk = at_code();
            for (int i = 0; i < max_repeats; ++i) {
                REQUIRE(answer(talk, "111111"));
                CHECK(talk.password_to_send().reveal() == "pass-word");
                CHECK(talk.take_code()->reveal() == "111111");
                CHECK_FALSE(talk.take_code());
                refuse(talk, kind);
                REQUIRE(asks(talk, "secret", "code"));
            }
            REQUIRE(answer(talk, "111111"));
            refuse(talk, kind);
            CHECK(failed_as(talk, proto::error_name::refused));
            CHECK(talk.password_to_send().empty());
        }
    }

    TEST_CASE("wrong passwords are not counted as wrong codes")
    {
        login_conversation talk = at_password();
        for (int i = 0; i < max_repeats; ++i) {
            REQUIRE(answer(talk, "wrong"));
            refuse(talk);
        }
        REQUIRE(answer(talk, "right"));
        refuse(talk, refusal::code_needed);
        REQUIRE(answer(talk, "111111"));
        refuse(talk);
        CHECK(asks(talk, "secret", "code"));
    }

    TEST_CASE("single sign-on and Autodesk Identity end it, with what to do")
    {
        login_conversation sso = at_password();
        REQUIRE(answer(sso, "pass-word"));
        refuse(sso, refusal::password_not_allowed);
        CHECK(failed_as(sso, proto::error_name::refused));
        CHECK(sso.step().message->find("single sign-on") != std::string::npos);

        login_conversation identity = at_password();
        REQUIRE(answer(identity, "pass-word"));
        refuse(identity, refusal::token_needed);
        CHECK(failed_as(identity, proto::error_name::refused));
        CHECK(identity.step().message->find("personal access token") != std::string::npos);
    }

    TEST_CASE("trouble at the password is trouble, not a wrong password")
    {
        login_conversation talk = at_password();
        REQUIRE(answer(talk, "pass-word"));
        talk.in_trouble({trouble::maintenance, "the site is being maintained", {}, {}});
        CHECK(failed_as(talk, proto::error_name::unreachable));
    }

    TEST_CASE("a wrong key is asked for again three times, then refused")
    {
        login_conversation talk(of_script("farm"));
        talk.described(plain_site());
        for (int i = 0; i <= max_repeats; ++i) {
            REQUIRE(asks(talk, "secret", "key"));
            REQUIRE(answer(talk, "wrong"));
            refuse(talk);
        }
        CHECK(failed_as(talk, proto::error_name::refused));
    }

    TEST_CASE("nothing that comes after the end changes it")
    {
        login_conversation talk = at_password();
        talk.fail(proto::error_name::cancelled, "cancelled");
        talk.described(plain_site());
        talk.refused({refusal::rejected, ""});
        talk.in_trouble({});
        talk.accepted();
        talk.done({});
        CHECK(failed_as(talk, proto::error_name::cancelled));
    }
}
