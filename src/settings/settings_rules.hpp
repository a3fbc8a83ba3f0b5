#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Reads one [[policy.rule]]. settings_merger.cpp alone uses it.

#include "src/settings/policy_rule.hpp"
#include "src/settings/settings_loader.hpp"
#include "src/settings/settings_toml.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

struct rule_complaints {
    // Of a key of the rule, or of the rule itself: what is wrong with it.
    std::function<void(const setting_node& node, const std::string& what)> wrong;
    // Of a key that rules do not have.
    std::function<void(const setting_node& node, const std::vector<std::string_view>& known)> unknown;
};

// Nothing if anything is wrong with it, which is told then: half a rule is another rule. `source` is left to
// the caller.
std::optional<policy_rule> read_rule(
    const setting_node& table, const value_checks& checks, const rule_complaints& tell
);

// `deny executable=/opt/x unit=farm*`, for `sgauth status --why`.
std::string show_rule(const policy_rule& rule);

}  // namespace sgauth
