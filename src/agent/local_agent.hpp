#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The real agent: one object per request, side by side.

#include "src/agent/agent.hpp"
#include "src/agent/ask_person.hpp"
#include "src/agent/audit.hpp"
#include "src/agent/get_credential.hpp"
#include "src/agent/get_user.hpp"
#include "src/agent/list.hpp"
#include "src/agent/lock.hpp"
#include "src/agent/log_in.hpp"
#include "src/agent/report_rejected.hpp"
#include "src/agent/revoke.hpp"
#include "src/agent/set_default.hpp"
#include "src/agent/state.hpp"
#include "src/agent/status.hpp"
#include "src/agent/test_policy.hpp"
#include "src/agent/watch.hpp"

namespace sgauth {

class local_agent final : public agent {
public:
    // `state` and `logins` outlive this and every coroutine that it made.
    local_agent(agent_state& state, login_desk& logins, boost::asio::any_io_executor executor);

    bool judges_programs() const override { return !state_.configuration.values.rules.empty(); }
    void note_denied(const caller& who, std::string_view method) override;
    awaitable<void> record_refusal(caller who, proto::error_reply why) override;
    answer<proto::get_user_reply> get_user(const caller& who, const proto::get_user_call& call) override;
    std::optional<answer<proto::get_credential_reply>> get_credential_at_once(
        const caller& who, const proto::get_credential_call& call
    ) override;
    awaitable<answer<proto::get_credential_reply>> get_credential(caller who, proto::get_credential_call call)
        override;
    awaitable<answer<proto::report_rejected_reply>> report_rejected(
        caller who, proto::report_rejected_call call
    ) override;
    awaitable<answer<proto::begin_login_reply>> begin_login(caller who, proto::begin_login_call call)
        override;
    awaitable<answer<proto::answer_reply>> answer_login(caller who, proto::answer_call call) override;
    answer<proto::cancel_login_reply> cancel_login(const caller& who, const proto::cancel_login_call& call)
        override;
    answer<proto::list_reply> list(const caller& who) override;
    awaitable<answer<proto::set_default_reply>> set_default(caller who, proto::set_default_call call)
        override;
    awaitable<answer<proto::revoke_reply>> revoke(caller who, proto::revoke_call call) override;
    awaitable<answer<proto::audit_reply>> audit(caller who, proto::audit_call call) override;
    std::unique_ptr<event_stream> watch(const caller& who) override;
    awaitable<answer<proto::lock_reply>> lock(caller who, proto::lock_call call) override;
    awaitable<answer<proto::lock_reply>> unlock(caller who, proto::unlock_call call) override;
    awaitable<answer<proto::lock_reply>> change_vault(caller who, proto::change_vault_call call) override;
    answer<proto::status_reply> status(const caller& who) override;
    answer<proto::test_policy_reply> test_policy(const caller& who, const proto::test_policy_call& call)
        override;
    answer<std::unique_ptr<question_stream>> watch_questions(const caller& who) override;
    answer<proto::answer_question_reply> answer_question(
        const caller& who, const proto::answer_question_call& call
    ) override;

private:
    agent_state& state_;
    class get_user get_user_;
    class get_credential get_credential_;
    class report_rejected report_rejected_;
    log_in log_in_;
    class list list_;
    class set_default set_default_;
    class revoke revoke_;
    class audit audit_;
    class watch watch_;
    class lock lock_;
    class unlock unlock_;
    class change_vault change_vault_;
    class status status_;
    class test_policy test_policy_;
    ask_person ask_person_;
};

}  // namespace sgauth
