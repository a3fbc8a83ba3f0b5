#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A site whose every word the test sets, method by method (scripted.hpp). `info` has an answer from the
// start: a plain password site; the others have none.

#include "src/site/site_client.hpp"
#include "tests/support/scripted.hpp"

#include <optional>
#include <string>

namespace sgauth::test {

// What a method was called with; secrets in the clear, as a test compares them.
struct site_call {
    std::string site;
    std::string user;
    std::string secret;  // password, key or token
    std::optional<std::string> code;
};

class fake_site_client final : public site_client {
public:
    using known_user = std::optional<site_identity>;

    fake_site_client();

    scripted<site_call, site_answer<site_info>> on_info{"info"};
    scripted<site_call, site_verdict<session_token>> on_log_in{"log_in"};
    scripted<site_call, site_verdict<site_identity>> on_check_script{"check_script"};
    scripted<site_call, site_verdict<session_token>> on_mint{"mint"};
    scripted<site_call, site_verdict<void>> on_probe{"probe"};
    scripted<site_call, site_verdict<known_user>> on_who_is{"who_is"};
    scripted<site_call, site_answer<life_answer>> on_life{"life"};
    scripted<site_call, site_answer<bool>> on_prolong{"prolong"};
    scripted<site_call, site_answer<void>> on_log_out{"log_out"};

    awaitable<site_answer<site_info>> info(site_url site) override;
    awaitable<site_verdict<session_token>> log_in(
        site_url site, std::string login, const password& secret, const one_time_code* code
    ) override;
    awaitable<site_verdict<site_identity>> check_script(
        site_url site, std::string name, const script_key& key
    ) override;
    awaitable<site_verdict<session_token>> mint(site_url site, std::string name, const script_key& key)
        override;
    awaitable<site_verdict<void>> probe(site_url site, const session_token& token) override;
    awaitable<site_verdict<std::optional<site_identity>>> who_is(
        site_url site, std::string login, const session_token& token
    ) override;
    awaitable<site_answer<life_answer>> life(site_url site, const session_token& token) override;
    awaitable<site_answer<bool>> prolong(site_url site, const session_token& token) override;
    awaitable<site_answer<void>> log_out(site_url site, const session_token& token) override;
};

// Answers, shortly written: on_log_in.answer(accepted(session_token("t"))), on_probe.answer(accepted()),
// on_log_in.answer(refused<session_token>(refusal::rejected)),
// on_info.answer(troubled<site_info>(trouble::offline)). A verdict's trouble is
// on_log_in.answer(in_trouble(trouble::offline, "...")).
template <class T>
site_verdict<T> accepted(T value)
{
    return site_verdict<T>(std::in_place, std::move(value));
}
inline site_verdict<void> accepted()
{
    return site_verdict<void>(std::in_place);
}
template <class T>
site_verdict<T> refused(refusal kind, std::string foreign = {})
{
    return site_verdict<T>(std::in_place, std::unexpected(site_refusal{kind, std::move(foreign)}));
}

}  // namespace sgauth::test
