#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The whole agent on fakes: what a caller gets, asked as ipc asks it.

#include "src/agent/local_agent.hpp"
#include "src/agent/session_sink.hpp"
#include "tests/support/fake_desktop_signals.hpp"
#include "tests/support/noting_desktop.hpp"
#include "tests/support/noting_ledger.hpp"
#include "tests/support/session_stage.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

struct agent_stage : session_stage {
    loaded configuration;
    std::vector<std::string> notices;
    noting_ledger book;
    recorder audit{book, configuration, table, time, tasks, tasks};
    questions asking{time, tasks, io.get_executor()};
    fake_desktop_signals signals;
    desktop_follower desktop{store, signals, configuration, tasks};
    noting_desktop shown;
    reminders reminding{shown, configuration, time};
    agent_state state{
        table,
        keeping,
        saving,
        revoking,
        restoring,
        store,
        time,
        tasks,
        audit,
        asking,
        reminding,
        configuration,
        notices,
        desktop
    };
    session_sink sink{state};
    password_budget budget{attempt_log(), time, [](std::string) -> boost::asio::awaitable<result<void>> {
                               co_return result<void>();
                           }};
    login_desk desk{site, sink, budget, time, tasks, io.get_executor()};
    local_agent agent{state, desk, io.get_executor()};
    caller me{caller_role::owner, 1000, {4711, 1}};

    // What is put on record is another test's business, unless it asks for it.
    agent_stage() { configuration.values.audit.sink = audit_sink::none; }
    ~agent_stage()
    {
        inside(io, [this] { tasks.cancel(); });
    }

    // Asks for a credential in either form, as ipc does: at once if that can be, else by waiting.
    started<answer<proto::get_credential_reply>> ask(proto::get_credential_call call = {})
    {
        if (call.forms.empty())
            call.forms = {std::string(proto::form::session_token), std::string(proto::form::script_key)};
        if (auto now = agent.get_credential_at_once(me, call))
            return start(io, as_awaitable(std::move(*now)));
        return start(io, agent.get_credential(me, std::move(call)));
    }
    answer<proto::get_credential_reply> got(proto::get_credential_call call = {})
    {
        return finish(io, ask(std::move(call)));
    }
    started<answer<proto::report_rejected_reply>> report(const std::string& id, std::int64_t generation)
    {
        return start(
            io, agent.report_rejected(me, proto::report_rejected_call{id, generation, std::nullopt})
        );
    }

private:
    static boost::asio::awaitable<answer<proto::get_credential_reply>> as_awaitable(
        answer<proto::get_credential_reply> given
    )
    {
        co_return std::move(given);
    }
};

inline site_verdict<void> rejects()
{
    return site_verdict<void>(std::in_place, std::unexpected(site_refusal{refusal::rejected, "no"}));
}

inline site_verdict<void> away(trouble kind = trouble::offline)
{
    return std::unexpected(site_trouble{kind, "the site is away", {}, {}});
}

}  // namespace sgauth::test
