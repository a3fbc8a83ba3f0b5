// SPDX-License-Identifier: Apache-2.0
#include "src/agent/test_policy.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/agent/choose.hpp"
#include "src/agent/credential_form.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/policy/authorise.hpp"
#include "src/policy/process_facts.hpp"

#include <spdlog/fmt/fmt.h>

#include <limits>
#include <optional>
#include <string>

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

}  // namespace

struct test_policy::question {
    wanted_credential wanted;
    const session* which = nullptr;
    std::string why_none;  // where there is no such session
};

// The session that would be meant; where there is none, the credential that would be asked for.
answer<test_policy::question> test_policy::read_question(const proto::test_policy_call& call) const
{
    if (call.form && !is_form(*call.form))
        return std::unexpected(errors::invalid_parameter("form"));
    question q;
    const auto chosen = choose_session(state_, call.site, call.user);
    if (chosen) {
        q.which = *chosen;
        q.wanted = wanted_of(*q.which, form_of(*q.which));
    } else if (chosen.error().name == proto::error_name::no_session) {
        if (const auto site = choose_site(state_, call.site))
            q.wanted.site = site->text();
        if (call.user)
            q.wanted.users.push_back(fold(*call.user));
        q.wanted.form = proto::form::session_token;
        q.why_none = chosen.error().message;
    } else {
        return std::unexpected(chosen.error());
    }
    if (call.form)
        q.wanted.form = *call.form;
    return q;
}

// What the rules do not decide, in the order in which get_credential comes upon it, and in its words.
std::optional<proto::error_reply> test_policy::kept_back(const question& asked) const
{
    const session* s = asked.which;
    const auto& lock = state_.store.locked();
    if (lock && (!s || (s->is_sealed && s->past.end == end_reason::none)))
        return errors::denied(lock->reason);
    if (!s)
        return std::nullopt;
    if (asked.wanted.form != form_of(*s))
        return errors::form_unavailable(*s, forms_of(*s));
    if (state_of(s->past, state_.keeping.rules_for(*s), state_.keeping.now()) == session_state::expired)
        return errors::expired(view(*s, state_.table, state_.keeping, state_.time.wall()));
    if (s->is_sealed)
        return errors::being_opened();
    if (const auto why = state_.audit.keeps_back())
        return errors::not_recorded(*why);
    return std::nullopt;
}

verdict test_policy::judge(
    const caller& who, const found_process& found, const process_facts& facts, const question& asked
) const
{
    const loaded& configuration = state_.configuration;
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
    verdict said = decide(facts, asked.wanted, configuration.values.rules);
    if (said.action == rule_action::deny)
        return said;
    if (const auto why = kept_back(asked))
        return {rule_action::deny, nullptr, why->message};
    if (!asked.which) {
        said.why += "; so far there is nothing to hand out: " + asked.why_none;
    } else if (said.action == rule_action::confirm &&
               state_.asking.remembers(confirmation_of(facts, asked.which->id, asked.wanted.form))) {
        said.action = rule_action::allow;
        said.why += "; a person said yes";
    }
    return said;
}

answer<proto::test_policy_reply> test_policy::operator()(
    const caller& who, const proto::test_policy_call& call
) const
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    if (call.pid <= 0 || call.pid > std::numeric_limits<pid_t>::max())
        return std::unexpected(errors::invalid_parameter("pid"));
    const auto asked = read_question(call);
    if (!asked)
        return std::unexpected(asked.error());
    const auto found = find_process(static_cast<pid_t>(call.pid));
    if (!found)
        return std::unexpected(errors::failed(fmt::format("no process has the pid {}", call.pid)));
    const process_facts facts = read_process_facts(found->key);
    const verdict said = judge(who, *found, facts, *asked);

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
