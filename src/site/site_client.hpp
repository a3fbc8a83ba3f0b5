#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the daemon asks of a Flow Production Tracking site, and what it may answer. An interface: fpt_site is
// the real one, tests/support/fake_site_client.hpp a settable one. Answers are values, never guesses: what a
// site did not say for certain is `site_trouble`.

#include "proto/secret.hpp"
#include "src/site/site_url.hpp"
#include "src/site/site_verdict.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace sgauth {

class site_client {
public:
    virtual ~site_client() = default;

    // Every call may suspend, ends within settings' site.timeout, and can be cancelled.
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    // What the site is and how people log in there. Cached for 30 s, one request for all who ask.
    virtual awaitable<site_answer<site_info>> info(site_url site) = 0;
    // get_session_token. `code` may be null. Sent once, never again: codes are one-shot and wrong passwords
    // lock accounts.
    virtual awaitable<site_verdict<session_token>> log_in(
        site_url site, std::string login, const password& secret, const one_time_code* code
    ) = 0;
    // Whether the site takes the script's key: who it is (id 0 where it may not see itself), or a refusal.
    virtual awaitable<site_verdict<site_identity>> check_script(
        site_url site, std::string name, const script_key& key
    ) = 0;
    // get_session_token with a script's pair (facts/fptr.md A.4, A.5). Sent once: a session whose token was
    // lost on the way could not be ended by anybody.
    virtual awaitable<site_verdict<session_token>> mint(
        site_url site, std::string name, const script_key& key
    ) = 0;
    // The keep-alive read of facts/fptr.md A.5: it slides the session's window. Preceded by `info` (cached).
    virtual awaitable<site_verdict<void>> probe(site_url site, const session_token& token) = 0;
    // The HumanUser of that login, asked with its own session; nothing if the site shows none.
    virtual awaitable<site_verdict<std::optional<site_identity>>> who_is(
        site_url site, std::string login, const session_token& token
    ) = 0;
    // Does not prolong the session.
    virtual awaitable<site_answer<life_answer>> life(site_url site, const session_token& token) = 0;
    // POST /internal_api/session: prolongs for certain, where the site has it. False: it has not.
    virtual awaitable<site_answer<bool>> prolong(site_url site, const session_token& token) = 0;
    // GET /user/logout with the session's cookie; whether it had an effect is for `life` to say
    // (facts/fptr.md C.8).
    virtual awaitable<site_answer<void>> log_out(site_url site, const session_token& token) = 0;
};

}  // namespace sgauth
