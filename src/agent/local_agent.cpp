// SPDX-License-Identifier: Apache-2.0
#include "src/agent/local_agent.hpp"

#include "proto/status.hpp"
#include "src/agent/audit_view.hpp"

#include <utility>

namespace sgauth {

local_agent::local_agent(agent_state& state, login_desk& logins, boost::asio::any_io_executor executor)
    : state_(state),
      get_user_(state),
      get_credential_(state, logins),
      report_rejected_(state),
      log_in_(state, logins),
      list_(state),
      set_default_(state),
      revoke_(state),
      audit_(state),
      watch_(state, std::move(executor)),
      lock_(state),
      unlock_(state),
      change_vault_(state),
      status_(state),
      test_policy_(state),
      ask_person_(state)
{
}

void local_agent::note_denied(const caller& who, std::string_view method)
{
    proto::error_reply why;
    why.name = proto::error_name::permission_denied;
    why.message = std::string(method) + " is for the user's own processes alone";
    state_.audit.note(key_of_refusal(who, why), who.process, entry_of_refusal(who, why, nullptr));
}

agent::awaitable<void> local_agent::record_refusal(caller who, proto::error_reply why)
{
    if (!is_recorded(why))
        co_return;
    std::string key = key_of_refusal(who, why);
    audit_entry e = entry_of_refusal(who, why, nullptr);
    // Equal ones are counted. Where it cannot be written status says so.
    static_cast<void>(co_await state_.audit.record(std::move(key), who.process, std::move(e)));
}

answer<proto::get_user_reply> local_agent::get_user(const caller& who, const proto::get_user_call& call)
{
    return get_user_(who, call);
}

std::optional<answer<proto::get_credential_reply>> local_agent::get_credential_at_once(
    const caller& who, const proto::get_credential_call& call
)
{
    return get_credential_.at_once(who, call);
}

agent::awaitable<answer<proto::get_credential_reply>> local_agent::get_credential(
    caller who, proto::get_credential_call call
)
{
    return get_credential_.wait(who, std::move(call));
}

agent::awaitable<answer<proto::report_rejected_reply>> local_agent::report_rejected(
    caller who, proto::report_rejected_call call
)
{
    return report_rejected_(who, std::move(call));
}

agent::awaitable<answer<proto::begin_login_reply>> local_agent::begin_login(
    caller who, proto::begin_login_call call
)
{
    return log_in_.begin(who, std::move(call));
}

agent::awaitable<answer<proto::answer_reply>> local_agent::answer_login(caller who, proto::answer_call call)
{
    return log_in_.proceed(who, std::move(call));
}

answer<proto::cancel_login_reply> local_agent::cancel_login(
    const caller& who, const proto::cancel_login_call& call
)
{
    return log_in_.cancel(who, call);
}

answer<proto::list_reply> local_agent::list(const caller& who)
{
    return list_(who);
}

agent::awaitable<answer<proto::set_default_reply>> local_agent::set_default(
    caller who, proto::set_default_call call
)
{
    return set_default_(who, std::move(call));
}

agent::awaitable<answer<proto::revoke_reply>> local_agent::revoke(caller who, proto::revoke_call call)
{
    return revoke_(who, std::move(call));
}

agent::awaitable<answer<proto::audit_reply>> local_agent::audit(caller who, proto::audit_call call)
{
    return audit_(who, call);
}

std::unique_ptr<event_stream> local_agent::watch(const caller& who)
{
    return watch_(who);
}

agent::awaitable<answer<proto::lock_reply>> local_agent::lock(caller who, proto::lock_call call)
{
    return lock_(who, std::move(call));
}

agent::awaitable<answer<proto::lock_reply>> local_agent::unlock(caller who, proto::unlock_call call)
{
    return unlock_(who, std::move(call));
}

agent::awaitable<answer<proto::lock_reply>> local_agent::change_vault(
    caller who, proto::change_vault_call call
)
{
    return change_vault_(who, std::move(call));
}

answer<proto::status_reply> local_agent::status(const caller& who)
{
    return status_(who);
}

answer<proto::test_policy_reply> local_agent::test_policy(
    const caller& who, const proto::test_policy_call& call
)
{
    return test_policy_(who, call);
}

answer<std::unique_ptr<question_stream>> local_agent::watch_questions(const caller& who)
{
    return ask_person_.watch(who);
}

answer<proto::answer_question_reply> local_agent::answer_question(
    const caller& who, const proto::answer_question_call& call
)
{
    return ask_person_.take(who, call);
}

}  // namespace sgauth
