#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Which rule says what about one program and one credential. Pure.

#include "src/policy/process_facts.hpp"
#include "src/settings/policy_rule.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

// What is asked for. `users` are all the folded names that the session goes by.
struct wanted_credential {
    std::string site;
    std::vector<std::string> users;
    std::string form;
};

struct verdict {
    rule_action action = rule_action::allow;
    const policy_rule* rule = nullptr;  // the one that decided; null: none applied
    // For people, whole: "a rule denies it (/etc/sgauth/enforced.toml:3): ask the pipeline desk".
    std::string why;

    bool allows() const { return action == rule_action::allow; }
};

// The first rule that applies; none: allow. A rule that asks for the program of a process that is not known
// (facts.is_known) cannot be answered: if it fits in everything else, it denies whatever its action, as who
// cannot be told must have no advantage of it. To confirm asks for the program, whatever else it names. An
// interpreter gets no advantage of an allow rule by executable that names no place
// (policy_rule::names_place), however wide its pattern.
verdict decide(
    const process_facts& facts, const wanted_credential& wanted, std::span<const policy_rule> rules
);

}  // namespace sgauth
