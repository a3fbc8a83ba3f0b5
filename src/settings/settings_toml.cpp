// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_toml.hpp"

#include <algorithm>
#include <toml++/toml.h>
#include <tuple>

namespace sgauth {

namespace {

using kind = setting_node::kind;

void read_node(const toml::node& from, setting_node& to);

void read_table(const toml::table& from, setting_node& to)
{
    for (const auto& [key, value] : from) {
        setting_node& member = to.members.emplace_back();
        member.key = key.str();
        member.line = key.source().begin.line;
        read_node(value, member);
    }
    // toml++ sorts by name; people look for problems from the top.
    std::ranges::sort(to.members, [](const setting_node& a, const setting_node& b) {
        return std::tie(a.line, a.key) < std::tie(b.line, b.key);
    });
}

void read_array(const toml::array& from, setting_node& to)
{
    to.type = "an array";
    if (!from.is_array_of_tables())
        return;
    to.what = kind::table_array;
    for (const toml::node& element : from) {
        setting_node& member = to.members.emplace_back();
        member.line = element.source().begin.line;
        read_node(element, member);
    }
}

std::string_view scalar_type(const toml::node& from)
{
    if (from.is_number())
        return "a number";
    return "a date or time";
}

void read_node(const toml::node& from, setting_node& to)
{
    if (const toml::table* table = from.as_table()) {
        to.what = kind::table;
        to.type = "a table";
        read_table(*table, to);
    } else if (const toml::array* array = from.as_array()) {
        read_array(*array, to);
    } else if (const auto* text = from.as_string()) {
        to.what = kind::text;
        to.type = "a string";
        to.text = text->get();
    } else if (const auto* truth = from.as_boolean()) {
        to.what = kind::truth;
        to.type = "true or false";
        to.truth = truth->get();
    } else {
        to.type = scalar_type(from);
    }
}

}  // namespace

std::expected<setting_node, syntax_fault> read_toml(std::string_view text)
{
    try {
        const toml::table parsed = toml::parse(text);
        setting_node top;
        read_node(parsed, top);
        return top;
    } catch (const toml::parse_error& error) {
        return std::unexpected(syntax_fault{error.source().begin.line, std::string(error.description())});
    }
}

}  // namespace sgauth
