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
    log_in(agent_state& state, login_desk& desk) : state_(state), desk_(desk) {}

    boost::asio::awaitable<answer<proto::begin_login_reply>> begin(caller who, proto::begin_login_call call);
    boost::asio::awaitable<answer<proto::answer_reply>> proceed(caller who, proto::answer_call call);
    answer<proto::cancel_login_reply> cancel(const caller& who, const proto::cancel_login_call& call);

private:
    void note_refusal(const caller& who, const proto::begin_login_call& call, const proto::error_reply& why);
    boost::asio::awaitable<void> note_step(caller who, std::string login, const proto::step& last);

    // Whom a login was to be of, for the record of one that failed, and what was asked for last.
    struct meant {
        std::optional<std::string> site;
        std::optional<std::string> user;
        std::optional<std::string> field;
    };

    agent_state& state_;
    std::map<std::string, meant> begun_;  // by login
    login_desk& desk_;
};

}  // namespace sgauth
