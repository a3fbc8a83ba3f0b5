// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_merger.hpp"

#include "proto/utf8.hpp"
#include "src/settings/settings_rules.hpp"
#include "src/settings/settings_words.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace sgauth {

namespace {

using kind = setting_node::kind;

constexpr std::string_view sections[] = {
    "site", "renewal", "vault", "lock", "prompt", "compat", "audit", "policy", "sites"
};

std::string dotted(std::string_view section, std::string_view name)
{
    return std::string(section) + "." + std::string(name);
}

}  // namespace

void settings_merger::complain(std::uint32_t line, const std::string& what)
{
    out_.problems.push_back(path_ + (line ? ":" + std::to_string(line) : std::string()) + ": " + what);
}

settings_merger::origin settings_merger::here(const setting_node& node) const
{
    return {path_ + ":" + std::to_string(node.line), from_};
}

bool settings_merger::is_trusted(const settings_file& file)
{
    constexpr mode_t others_can_write = 022;
    if (file.owner != uid_ && file.owner != 0) {
        complain(
            0, "is not believed: it belongs to user " + std::to_string(file.owner) + ", not to you or root"
        );
        return false;
    }
    if (file.mode & others_can_write) {
        complain(0, "is not believed: others can write it; run chmod go-w on it");
        return false;
    }
    return true;
}

void settings_merger::take_file(const std::string& path, rank from, absence if_missing)
{
    path_ = path;
    from_ = from;
    const settings_file file = read_(path);
    switch (file.what) {
        case settings_file::outcome::missing:
            if (if_missing == absence::is_a_problem)
                complain(0, "there is no such file");
            return;
        case settings_file::outcome::unreadable:
            complain(0, "cannot be read: " + file.why);
            return;
        case settings_file::outcome::read:
            break;
    }
    if (!is_trusted(file))
        return;
    const auto top = read_toml(file.text);
    if (top)
        take_top(*top);
    else
        complain(top.error().line, "not TOML: " + proto::printable(top.error().why));
}

void settings_merger::take_top(const setting_node& top)
{
    for (const setting_node& node : top.members) {
        if (node.key == "sites")
            take_sites(node);
        else if (node.key == "policy")
            take_policy(node);
        else
            take_section(node);
    }
}

void settings_merger::unknown(
    const std::string& key, const setting_node& node, const std::vector<std::string_view>& known
)
{
    const auto guess = nearest_word(node.key, known);
    const std::string hint = guess ? "; did you mean " + std::string(*guess) : std::string();
    complain(node.line, proto::printable(key) + ": unknown key" + hint);
}

void settings_merger::take_section(const setting_node& section)
{
    const std::vector<std::string_view> known(std::begin(sections), std::end(sections));
    if (std::find(known.begin(), known.end(), section.key) == known.end())
        return unknown(section.key, section, known);
    if (section.what != kind::table)
        return complain(
            section.line, section.key + ": has to be a table, and is " + std::string(section.type)
        );
    for (const setting_node& node : section.members)
        take_key(section.key, node);
}

void settings_merger::take_key(const std::string& section, const setting_node& node)
{
    const std::string name = dotted(section, node.key);
    std::vector<std::string_view> known;
    const auto try_keys = [&](auto keys, auto& whole) {
        for (const auto& key : keys) {
            if (key.section == section)
                known.push_back(key.name);
            if (key.section != section || key.name != node.key)
                continue;
            const std::string wrong = key.read(node, checks_, whole);
            if (wrong.empty())
                origins_[name] = here(node);
            else
                complain(node.line, name + ": " + wrong);
            return true;
        }
        return false;
    };
    if (!try_keys(site_keys(), out_.values.common) && !try_keys(own_keys(), out_.values))
        unknown(name, node, known);
}

void settings_merger::take_policy(const setting_node& policy)
{
    if (policy.what != kind::table)
        return complain(policy.line, "policy: has to be a table, and is " + std::string(policy.type));
    for (const setting_node& node : policy.members) {
        if (node.key != "rule")
            unknown(dotted("policy", node.key), node, {"rule"});
        else if (node.what != kind::table_array)
            complain(node.line, "policy.rule: has to be written as [[policy.rule]]");
        else
            take_rules(node);
    }
}

// A later file's rules stand before an earlier one's, as its values stand over them: the enforced ones are
// the first.
void settings_merger::take_rules(const setting_node& rules)
{
    const rule_complaints tell{
        [this](const setting_node& node, const std::string& what) {
            const std::string key = node.key.empty() ? "policy.rule" : dotted("policy.rule", node.key);
            complain(node.line, key + ": " + what);
        },
        [this](const setting_node& node, const std::vector<std::string_view>& known) {
            unknown(dotted("policy.rule", node.key), node, known);
        }
    };
    std::vector<policy_rule> fresh;
    for (const setting_node& table : rules.members)
        if (auto rule = read_rule(table, checks_, tell)) {
            rule->source = here(table).source;
            fresh.push_back(std::move(*rule));
        }
    std::vector<policy_rule>& all = out_.values.rules;
    all.insert(all.begin(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
}

void settings_merger::take_sites(const setting_node& sites)
{
    if (sites.what != kind::table)
        return complain(sites.line, "sites: has to be a table, and is " + std::string(sites.type));
    std::set<std::string> seen;
    for (const setting_node& table : sites.members) {
        const std::string name = "sites.\"" + proto::printable(table.key) + "\"";
        const auto site = checks_.site(table.key);
        if (!site)
            complain(table.line, name + ": not the address of a site: " + site.error());
        else if (table.what != kind::table)
            complain(table.line, name + ": has to be a table, and is " + std::string(table.type));
        else if (!seen.insert(*site).second)
            complain(table.line, name + ": the same site stands in this file twice");
        else
            take_site(*site, name, table);
    }
}

// The keys of [site] and [renewal] stand straight in the site's table, those of [compat] in one below it.
void settings_merger::take_site(const std::string& site, const std::string& name, const setting_node& table)
{
    const auto take = [&](const std::string& within, const setting_node& node, bool compat) {
        std::vector<std::string_view> known;
        const setting_key<site_settings>* found = nullptr;
        for (const auto& key : site_keys())
            if ((key.section == "compat") == compat) {
                known.push_back(key.name);
                if (key.name == node.key)
                    found = &key;
            }
        if (found)
            take_override(site, dotted(within, node.key), node, found);
        else
            unknown(dotted(within, node.key), node, known);
    };
    for (const setting_node& node : table.members) {
        if (node.key == "compat" && node.what == kind::table)
            for (const setting_node& inner : node.members)
                take(name + ".compat", inner, true);
        else
            take(name, node, false);
    }
}

void settings_merger::take_override(
    const std::string& site,
    const std::string& name,
    const setting_node& node,
    const setting_key<site_settings>* key
)
{
    site_settings scratch;
    const std::string wrong = key->read(node, checks_, scratch);
    if (wrong.empty())
        overrides_.push_back({site, key, node, here(node)});
    else
        complain(node.line, name + ": " + wrong);
}

// An enforced value for all sites is not to be escaped by an ordinary one for a single site.
void settings_merger::apply_overrides()
{
    for (const site_override& o : overrides_) {
        const auto common = origins_.find(dotted(o.key->section, o.key->name));
        const bool enforced = common != origins_.end() && common->second.from == rank::enforced;
        if (enforced && o.where.from != rank::enforced)
            continue;
        const auto at = out_.values.sites.try_emplace(o.site, out_.values.common).first;
        const std::string wrong = o.key->read(o.node, checks_, at->second);
        if (wrong.empty())
            site_origins_[o.site][o.key] = o.where;
    }
}

void settings_merger::list_sources()
{
    const auto list = [&](const auto& key, const auto& whole) {
        const std::string name = dotted(key.section, key.name);
        const auto at = origins_.find(name);
        out_.sources.push_back(
            {name, key.show(whole), at == origins_.end() ? origin().source : at->second.source}
        );
    };
    for (const std::string_view section : sections) {
        for (const auto& key : own_keys())
            if (key.section == section)
                list(key, out_.values);
        for (const auto& key : site_keys())
            if (key.section == section)
                list(key, out_.values.common);
    }
    for (const auto& [site, keys] : site_origins_)
        for (const auto& key : site_keys())
            if (const auto at = keys.find(&key); at != keys.end()) {
                const std::string within = key.section == "compat" ? "\".compat." : "\".";
                const std::string name = "sites.\"" + site + within + std::string(key.name);
                out_.sources.push_back({name, key.show(out_.values.sites.at(site)), at->second.source});
            }
    for (const policy_rule& rule : out_.values.rules)
        out_.sources.push_back({"policy.rule", show_rule(rule), rule.source});
}

loaded settings_merger::finish() &&
{
    apply_overrides();
    list_sources();
    return std::move(out_);
}

}  // namespace sgauth
