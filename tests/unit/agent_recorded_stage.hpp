#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The agent with an audit ledger, and a caller whose program is known.

#include "src/policy/process_facts.hpp"
#include "tests/support/agent_stage.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

struct recorded_stage : agent_stage {
    recorded_stage()
    {
        configuration.values.audit.sink = audit_sink::file;
        auto maya = std::make_shared<process_facts>();
        maya->executable = "/opt/maya";
        maya->is_known = true;
        me.facts = maya;
    }
    // Somebody who was there to see his login end.
    void log_in(const std::string& id, std::string user, session_kind kind = session_kind::human)
    {
        add(id, std::move(user), kind);
        audit.claim_login(id);
    }
    // Whether a question is answered without a wait.
    bool is_at_once(const proto::get_credential_call& call = token_call())
    {
        return agent.get_credential_at_once(me, call).has_value();
    }
    static proto::get_credential_call token_call()
    {
        proto::get_credential_call call;
        call.forms = {std::string(proto::form::session_token)};
        return call;
    }
    answer<proto::audit_reply> page(proto::audit_call call = {})
    {
        return finish(io, start(io, agent.audit(me, call)));
    }
};

}  // namespace sgauth::test
