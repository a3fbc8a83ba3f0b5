// SPDX-License-Identifier: Apache-2.0
#include "src/agent/test_policy.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/agent/choose.hpp"
#include "src/agent/credential_form.hpp"
#include "src/agent/errors.hpp"
#include "src/policy/authorise.hpp"
#include "src/policy/process_facts.hpp"
#include "src/policy/process_lookup_unix.hpp"

#include <spdlog/fmt/fmt.h>

#include <limits>

namespace sgauth {

namespace {

std::string_view word_for(rule_action action)
{
    switch (action) {
        case rule_action::allow:
            return "allow";
        case rule_action::deny:
            return "deny";
        case rule_action::confirm:
            return "confirm";
    }
    return "deny";
}

bool is_form(std::string_view word)
{
    return word == proto::form::session_token || word == proto::form::script_key ||
           word == proto::form::bearer;
}

struct question {
    wanted_credential wanted;
    const session* which = nullptr;
};

// The session that would be meant; where there is none, the credential that would be asked for.
answer<question> read_question(const agent_state& state, const proto::test_policy_call& call)
{
    if (call.form && !is_form(*call.form))
        return std::unexpected(errors::invalid_parameter("form"));
    question q;
    const auto chosen = choose_session(state, call.site, call.user);
    if (chosen) {
        q.which = *chosen;
        q.wanted = wanted_of(*q.which, form_of(*q.which));
    } else if (chosen.error().name == proto::error_name::no_session) {
        if (const auto site = choose_site(state, call.site))
            q.wanted.site = site->text();
        if (call.user)
            q.wanted.users.push_back(fold(*call.user));
        q.wanted.form = proto::form::session_token;
    } else {
        return std::unexpected(chosen.error());
    }
    if (call.form)
        q.wanted.form = *call.form;
    return q;
}

verdict judge(
    const loaded& configuration,
    const caller& who,
    const found_process& found,
    const process_facts& facts,
    const wanted_credential& wanted
)
{
    if (found.user != who.uid)
        return {
            rule_action::deny, nullptr, "the daemon hands credentials to the processes of its own user alone"
        };
    if (!configuration.problems.empty())
        return {
            rule_action::deny,
            nullptr,
            "the settings have to be mended first: " + configuration.problems.front()
        };
    return decide(facts, wanted, configuration.values.rules);
}

}  // namespace

answer<proto::test_policy_reply> test_policy::operator()(
    const caller& who, const proto::test_policy_call& call
) const
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    if (call.pid <= 0 || call.pid > std::numeric_limits<pid_t>::max())
        return std::unexpected(errors::invalid_parameter("pid"));
    const auto asked = read_question(state_, call);
    if (!asked)
        return std::unexpected(asked.error());
    const auto found = find_process(static_cast<pid_t>(call.pid));
    if (!found)
        return std::unexpected(errors::failed(fmt::format("no process has the pid {}", call.pid)));
    const process_facts facts = read_process_facts(found->key);
    verdict said = judge(state_.configuration, who, *found, facts, asked->wanted);
    if (said.action == rule_action::confirm && asked->which &&
        state_.asking.remembers(confirmation_of(facts, asked->which->id, asked->wanted.form))) {
        said.action = rule_action::allow;
        said.why += "; a person said yes";
    }

    proto::test_policy_reply reply;
    reply.action = word_for(said.action);
    if (said.rule)
        reply.rule = said.rule->source;
    reply.reason = said.why;
    if (!asked->wanted.site.empty())
        reply.site = asked->wanted.site;
    if (asked->which)
        reply.user = asked->which->user;
    else
        reply.user = call.user;
    reply.form = asked->wanted.form;
    reply.executable = proto::printable(facts.executable, 8 * facts.executable.size());
    reply.unit = proto::printable(facts.unit);
    reply.cgroup = proto::printable(facts.cgroup, 8 * facts.cgroup.size());
    reply.foreign_namespace = facts.foreign_mounts || facts.foreign_users;
    reply.is_known = facts.is_known;
    return reply;
}

}  // namespace sgauth
