#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One [[policy.rule]] of the settings, as plain values. What it means for a caller is policy/decide.hpp.

#include <optional>
#include <string>

namespace sgauth {

enum class rule_action { allow, deny, confirm };

// A rule applies where all that it names fits; what is empty was not named, and fits everything.
struct policy_rule {
    rule_action action = rule_action::deny;
    std::string unit;        // a glob
    std::string cgroup;      // a glob, from the root
    std::string executable;  // a glob, absolute
    std::string leads_to;    // the executable where its links lead elsewhere, a plain path; else empty
    std::optional<bool> foreign_namespace;
    std::string site;    // in the one spelling that is stored
    std::string user;    // as written: compared trimmed and case-folded
    std::string form;    // a word of proto::form
    std::string reason;  // for who is refused
    std::string source;  // `/etc/sgauth/enforced.toml:12`

    // Whether it says where a program runs, by more than wildcards and the kind of a unit: `*`, `*.scope` and
    // `/**` fit all there is, and name no place.
    bool names_place() const;

    // Whether it asks anything of the program. If not, no program has to be known for it.
    bool names_program() const
    {
        return !unit.empty() || !cgroup.empty() || !executable.empty() || foreign_namespace;
    }

    bool operator==(const policy_rule&) const = default;
};

}  // namespace sgauth
