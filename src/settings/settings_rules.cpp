// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_rules.hpp"

#include "proto/messages.hpp"
#include "src/settings/interpreters.hpp"
#include "src/settings/settings_values.hpp"

#include <algorithm>

namespace sgauth {

namespace {

constexpr setting_word<rule_action> action_words[] = {
    {"allow", rule_action::allow},
    {"deny", rule_action::deny},
    {"confirm", rule_action::confirm},
};

// Read as one of them, written as itself.
constexpr setting_word<std::string_view> form_words[] = {
    {proto::form::session_token, proto::form::session_token},
    {proto::form::script_key, proto::form::script_key},
    {proto::form::bearer, proto::form::bearer},
};

// An empty one is a variable that was not filled in: taken for "not named", the rule would fit everything.
std::string read_some(const setting_node& node, std::string& out)
{
    std::string wrong = read_text(node, out);
    return wrong.empty() && out.empty() ? "is empty: leave it out" : wrong;
}

std::string read_absolute(const setting_node& node, std::string& out)
{
    std::string wrong = read_path(node, out);
    return wrong.empty() && out.empty() ? "is empty: leave it out" : wrong;
}

std::string read_form(const setting_node& node, std::string& out)
{
    std::string_view form;
    std::string wrong = read_word(node, form_words, form);
    out = form;
    return wrong;
}

std::string read_foreign(const setting_node& node, std::optional<bool>& out)
{
    bool truth = false;
    std::string wrong = read_truth(node, truth);
    if (wrong.empty())
        out = truth;
    return wrong;
}

struct rule_key {
    std::string_view name;
    std::string (*read)(const setting_node& node, const value_checks& checks, policy_rule& out);
};

using given = setting_node;
using against = value_checks;
using rule = policy_rule;

constexpr rule_key keys[] = {
    {"action", [](const given& n, const against&, rule& r) { return read_word(n, action_words, r.action); }},
    {"unit", [](const given& n, const against&, rule& r) { return read_some(n, r.unit); }},
    {"cgroup", [](const given& n, const against&, rule& r) { return read_absolute(n, r.cgroup); }},
    {"executable", [](const given& n, const against&, rule& r) { return read_absolute(n, r.executable); }},
    {"foreign_namespace",
     [](const given& n, const against&, rule& r) { return read_foreign(n, r.foreign_namespace); }},
    {"site", [](const given& n, const against& c, rule& r) { return read_site(n, c.site, r.site); }},
    {"user", [](const given& n, const against&, rule& r) { return read_some(n, r.user); }},
    {"form", [](const given& n, const against&, rule& r) { return read_form(n, r.form); }},
    {"reason", [](const given& n, const against&, rule& r) { return read_some(n, r.reason); }},
};

bool read_key(const setting_node& node, const value_checks& checks, const rule_complaints& tell, rule& out)
{
    std::vector<std::string_view> known;
    for (const rule_key& key : keys) {
        known.push_back(key.name);
        if (key.name != node.key)
            continue;
        const std::string wrong = key.read(node, checks, out);
        if (!wrong.empty())
            tell.wrong(node, wrong);
        return wrong.empty();
    }
    tell.unknown(node, known);
    return false;
}

bool is_plain(const std::string& glob)
{
    return glob.find_first_of("*?") == std::string::npos;
}

bool trusts_interpreter(const policy_rule& r)
{
    return r.action == rule_action::allow && !r.names_place() &&
           (is_interpreter(r.executable) || is_interpreter(r.leads_to));
}

}  // namespace

std::optional<policy_rule> read_rule(
    const setting_node& table, const value_checks& checks, const rule_complaints& tell
)
{
    policy_rule out;
    bool good = true;
    const setting_node* executable = &table;
    for (const setting_node& node : table.members) {
        good = read_key(node, checks, tell, out) && good;
        if (node.key == "executable")
            executable = &node;
    }
    if (std::ranges::find(table.members, "action", &setting_node::key) == table.members.end()) {
        tell.wrong(table, "has no action: allow, deny or confirm");
        good = false;
    }
    if (!out.executable.empty() && is_plain(out.executable) && checks.links) {
        out.leads_to = checks.links(out.executable);
        if (out.leads_to == out.executable)
            out.leads_to.clear();
    }
    if (good && trusts_interpreter(out)) {
        tell.wrong(
            *executable,
            "is an interpreter, which runs whatever it is given: name a unit or cgroup too, and not by "
            "wildcards "
            "alone, or deny instead"
        );
        good = false;
    }
    return good ? std::optional(std::move(out)) : std::nullopt;
}

std::string show_rule(const policy_rule& r)
{
    std::string text = show_word(action_words, r.action);
    const auto add = [&text](std::string_view name, const std::string& value) {
        if (!value.empty())
            text.append(" ").append(name).append("=").append(value);
    };
    add("unit", r.unit);
    add("cgroup", r.cgroup);
    add("executable", r.executable);
    if (r.foreign_namespace)
        add("foreign_namespace", show_truth(*r.foreign_namespace));
    add("site", r.site);
    add("user", r.user);
    add("form", r.form);
    return text;
}

}  // namespace sgauth
