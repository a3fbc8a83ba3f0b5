#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Logins through the whole agent: a person who answers, and a site that knows them.

#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace sgauth::test {

// A person at the terminal: answers what is asked, from what they know.
inline proto::step person_logs_in(
    agent_stage& s, proto::begin_login_call call, const std::map<std::string, std::string>& known
)
{
    auto begun = run(s.io, s.agent.begin_login(s.me, std::move(call)));
    REQUIRE(begun);
    proto::step step = std::move(begun->step);
    for (int i = 0; i < 10 && step.field; ++i) {
        proto::answer_call answer;
        answer.login = begun->login;
        answer.value = secret(known.at(*step.field));
        auto next = run(s.io, s.agent.answer_login(s.me, std::move(answer)));
        REQUIRE(next);
        step = std::move(next->step);
    }
    return step;
}

inline proto::begin_login_call at_studio()
{
    proto::begin_login_call call;
    call.site = "studio.example.com";
    return call;
}

inline void knows(agent_stage& s, std::int64_t id, std::string login, std::string email)
{
    s.site.on_life.always([](const site_call&) { return life_answer{}; });
    s.site.on_who_is.answer(accepted(std::optional(site_identity{id, std::move(login), std::move(email)})));
}

// The site ends what it is told to end.
inline void site_ends(agent_stage& s)
{
    s.site.on_log_out.always([](const site_call&) { return site_answer<void>(); });
    s.site.on_life.always([](const site_call&) { return life_answer{life_word::dead, {}}; });
}

// A login that needs a password alone.
inline proto::step logs_in(agent_stage& s, const char* login, const char* token)
{
    auto call = at_studio();
    call.again = true;
    s.site.on_log_in.answer(accepted(session_token(token)));
    return person_logs_in(s, call, {{"user", login}, {"password", "pw"}});
}

}  // namespace sgauth::test
