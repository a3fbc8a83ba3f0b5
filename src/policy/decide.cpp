// SPDX-License-Identifier: Apache-2.0
#include "src/policy/decide.hpp"

#include "proto/utf8.hpp"
#include "src/policy/glob.hpp"
#include "src/session/session.hpp"
#include "src/settings/interpreters.hpp"

#include <algorithm>

namespace sgauth {

namespace {

bool fits_credential(const policy_rule& rule, const wanted_credential& wanted)
{
    return (rule.site.empty() || rule.site == wanted.site) &&
           (rule.form.empty() || rule.form == wanted.form) &&
           (rule.user.empty() || std::ranges::count(wanted.users, fold(rule.user)) > 0);
}

bool fits_executable(const policy_rule& rule, const process_facts& facts)
{
    if (rule.executable.empty())
        return true;
    if (!fits_glob(facts.executable, rule.executable) && facts.executable != rule.leads_to)
        return false;
    return rule.action != rule_action::allow || rule.names_place() || !is_interpreter(facts.executable);
}

// A process without one is in none, whatever the pattern.
bool fits_where(const std::string& glob, const std::string& place)
{
    return glob.empty() || (!place.empty() && fits_glob(place, glob));
}

bool fits_program(const policy_rule& rule, const process_facts& facts)
{
    const bool is_foreign = facts.foreign_mounts || facts.foreign_users;
    return fits_where(rule.unit, facts.unit) && fits_where(rule.cgroup, facts.cgroup) &&
           (!rule.foreign_namespace || *rule.foreign_namespace == is_foreign) && fits_executable(rule, facts);
}

std::string where(const policy_rule& rule)
{
    return " (" + proto::printable(rule.source) + ")";
}

std::string sentence(const policy_rule& rule)
{
    constexpr std::string_view says[] = {"a rule allows it", "a rule denies it", "a rule wants it confirmed"};
    std::string why(says[static_cast<std::size_t>(rule.action)]);
    why += where(rule);
    return rule.reason.empty() ? why : why + ": " + proto::printable(rule.reason);
}

}  // namespace

verdict decide(
    const process_facts& facts, const wanted_credential& wanted, std::span<const policy_rule> rules
)
{
    for (const policy_rule& rule : rules) {
        if (!fits_credential(rule, wanted))
            continue;
        // A person who is asked has to be told what asks, and a yes has to be remembered for something.
        const bool needs_program = rule.names_program() || rule.action == rule_action::confirm;
        if (needs_program && !facts.is_known)
            return {
                rule_action::deny,
                &rule,
                "a rule asks which program this is" + where(rule) +
                    ", and that cannot be told: " + facts.why_unknown
            };
        if (fits_program(rule, facts))
            return {rule.action, &rule, sentence(rule)};
    }
    return {rule_action::allow, nullptr, rules.empty() ? "there are no rules" : "no rule applies"};
}

}  // namespace sgauth
