#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Conversations brought to the point where a test begins.

#include "src/login/conversation.hpp"
#include "tests/unit/login_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

namespace sgauth::test {

inline login_request of_jane()
{
    login_request request;
    request.site = site_of();
    request.user = "jane";
    return request;
}

inline login_request of_script(std::string name)
{
    login_request request;
    request.site = site_of();
    request.script = std::move(name);
    return request;
}

inline site_info plain_site(std::string method = "default")
{
    return {"8.89.0", std::move(method), false, false};
}

inline bool answer(login_conversation& talk, std::string_view value)
{
    return talk.answered(secret(value));
}

inline bool asks(const login_conversation& talk, std::string_view kind, std::string_view field)
{
    return talk.turn() == login_turn::person && talk.step().kind == kind && talk.step().field == field;
}

inline bool asks_password(const login_conversation& talk)
{
    return asks(talk, "secret", "password");
}

inline bool failed_as(const login_conversation& talk, std::string_view error)
{
    return talk.turn() == login_turn::over && talk.step().kind == "failed" && talk.step().error == error;
}

inline void refuse(login_conversation& talk, refusal kind = refusal::rejected, std::string foreign = "no")
{
    REQUIRE(talk.turn() == login_turn::site);
    talk.refused({kind, std::move(foreign)});
}

// At the password's question.
inline login_conversation at_password()
{
    login_conversation talk(of_jane());
    talk.described(plain_site());
    REQUIRE(asks_password(talk));
    return talk;
}

// Password sent, code asked for.
inline login_conversation at_code()
{
    login_conversation talk = at_password();
    REQUIRE(answer(talk, "pass-word"));
    refuse(talk, refusal::code_needed);
    REQUIRE(asks(talk, "secret", "code"));
    return talk;
}

}  // namespace sgauth::test
