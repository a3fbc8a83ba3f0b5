#pragma once
// SPDX-License-Identifier: Apache-2.0

#include "src/agent/agent.hpp"
#include "src/agent/state.hpp"
#include "src/login/login_desk.hpp"

#include <map>
#include <optional>
#include <string>

namespace sgauth {

// A login as a conversation: BeginLogin, Answer, CancelLogin.
class log_in {
public:
    // Listens to the desk: what the site said is on record whether or not somebody waits for it.
    log_in(agent_state& state, login_desk& desk);
    log_in(const log_in&) = delete;
    log_in& operator=(const log_in&) = delete;

    boost::asio::awaitable<answer<proto::begin_login_reply>> begin(caller who, proto::begin_login_call call);
    boost::asio::awaitable<answer<proto::answer_reply>> proceed(caller who, proto::answer_call call);
    answer<proto::cancel_login_reply> cancel(const caller& who, const proto::cancel_login_call& call);

private:
    void note_refusal(const caller& who, const proto::begin_login_call& call, const proto::error_reply& why);
    void hear(const std::string& login, const login_news& news, const proto::step& now);

    // Whose login it is and whom it was to be of, for the record of what comes of it.
    struct meant {
        caller who;
        std::optional<std::string> site;
        std::optional<std::string> user;
    };
    audit_entry entry_of(const meant& whom, const proto::step& last) const;

    agent_state& state_;
    std::map<std::string, meant> begun_;  // by login
    login_desk& desk_;
};

}  // namespace sgauth
