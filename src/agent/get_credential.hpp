#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What an asker gets: DESIGN.md 4.0.

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"

#include <chrono>
#include <optional>

namespace sgauth {

class login_desk;

class get_credential {
public:
    get_credential(agent_state& state, login_desk& logins) : state_(state), logins_(logins) {}

    // The answer, if it needs no waiting.
    std::optional<answer<proto::get_credential_reply>> at_once(
        const caller& who, const proto::get_credential_call& call
    );
    // May suspend, for as long as the call's timeout_ms (30 s where it has none): for the site's word on an
    // unverified session, or, if the caller allows it, for a login that is under way.
    boost::asio::awaitable<answer<proto::get_credential_reply>> wait(
        caller who, proto::get_credential_call call
    );

private:
    using reply = answer<proto::get_credential_reply>;
    // What is left to do before there is an answer.
    enum class next { nothing, hand_out, verify, await_login, await_unlock, await_person };
    struct step {
        next todo = next::nothing;
        std::optional<reply> done;                    // with `nothing`
        std::string session_id;                       // with `hand_out` and `verify`
        session_sight seen = {};                      // with `hand_out`
        std::optional<question> asks = std::nullopt;  // with `await_person`
    };

    step decide(const caller& who, const proto::get_credential_call& call);
    step decide_for(const session& s, const session_sight& seen, const proto::get_credential_call& call);
    // Of a confined script that has no token yet.
    step mint_first(const session& s, std::optional<std::chrono::seconds> wanted) const;
    static site_trouble not_answering();
    step refuse_locked(const proto::get_credential_call& call) const;
    step refuse_or_await_login(proto::error_reply why, const proto::get_credential_call& call);
    std::optional<proto::error_reply> refusal_of(const caller& who, const session& s, std::string_view form)
        const;
    step refuse_or_ask(
        const caller& who,
        const session& s,
        std::string_view form,
        const proto::get_credential_call& call,
        proto::error_reply refused
    );
    boost::asio::awaitable<std::optional<proto::error_reply>> person_refuses(
        question about, std::chrono::steady_clock::time_point end
    );
    reply hand_out(const caller& who, const session& s, std::string_view form, const session_sight& seen);
    bool is_on_record(const caller& who, const session& s, std::string_view form, session_state state);
    boost::asio::awaitable<reply> hand_out_on_record(caller who, std::string id, std::string_view form);
    boost::asio::awaitable<reply> settle(caller who, const proto::get_credential_call& call);
    std::string form_asked(const proto::get_credential_call& call) const;
    boost::asio::awaitable<void> record_refusal(
        caller who, const proto::error_reply& why, const proto::get_credential_call& call
    );
    boost::asio::awaitable<reply> after_probe(
        caller who,
        std::string id,
        const proto::get_credential_call& call,
        std::chrono::steady_clock::time_point end
    );
    boost::asio::awaitable<reply> after_no_mint(
        caller who,
        std::string id,
        const proto::get_credential_call& call,
        std::chrono::steady_clock::time_point end,
        const result<probe_answer>& probed
    );
    boost::asio::awaitable<reply> unlock_first(
        caller who, proto::get_credential_call call, std::chrono::steady_clock::time_point end
    );
    boost::asio::awaitable<bool> login_ended(
        const proto::get_credential_call& call, std::chrono::steady_clock::time_point end
    );

    agent_state& state_;
    login_desk& logins_;
};

}  // namespace sgauth
