// SPDX-License-Identifier: Apache-2.0
//
// Messages held against a description.

#include "tests/support/varlink_description.hpp"

#include <algorithm>

namespace sgauth::testing {

namespace {

using kind = varlink_type::kind;
using proto::json_kind;
using proto::json_value;

std::string within(const std::string& name, const std::string& problem)
{
    if (problem.empty() || problem.starts_with(":"))
        return problem.empty() ? problem : name + problem;
    return name + "." + problem;
}

std::string check_structure(const varlink_interface& interface, const varlink_type& type, json_value value)
{
    if (!value.is(json_kind::object))
        return ": not an object";
    for (const varlink_field& field : type.fields) {
        const json_value member = value[field.name];
        if (field.type.what == kind::maybe && member.is_absent_or_null())
            continue;
        if (!member)
            return field.name + ": missing";
        if (std::string problem = check_value(interface, field.type, member); !problem.empty())
            return within(field.name, problem);
    }
    for (const json_value member : value) {
        const auto same = [&](const varlink_field& field) { return field.name == member.key(); };
        if (std::ranges::none_of(type.fields, same))
            return std::string(member.key()) + ": unknown";
    }
    return {};
}

std::string check_elements(const varlink_interface& interface, const varlink_type& type, json_value value)
{
    if (!value.is(type.what == kind::array ? json_kind::array : json_kind::object))
        return type.what == kind::array ? ": not an array" : ": not a map";
    std::size_t index = 0;
    for (const json_value item : value) {
        if (std::string problem = check_value(interface, type.element[0], item); !problem.empty())
            return within("[" + std::to_string(index) + "]", problem);
        ++index;
    }
    return {};
}

std::string check_envelope(json_value message, std::initializer_list<std::string_view> known)
{
    for (const json_value member : message)
        if (std::ranges::find(known, member.key()) == known.end())
            return "envelope: unknown member " + std::string(member.key());
    return {};
}

// Splits `a.b.C` into `a.b` and `C`.
std::pair<std::string_view, std::string_view> split(std::string_view qualified)
{
    const auto dot = qualified.rfind('.');
    if (dot == std::string_view::npos)
        return {{}, qualified};
    return {qualified.substr(0, dot), qualified.substr(dot + 1)};
}

std::string check_parameters(
    const varlink_interface& interface, const varlink_type& type, json_value parameters
)
{
    if (parameters.is_absent_or_null()) {
        proto::json_document empty;
        return empty.parse("{}") == proto::json_fault::none ? check_value(interface, type, empty.root()) : "";
    }
    return within("parameters", check_value(interface, type, parameters));
}

std::string check_error(const varlink_interface& ours, const varlink_interface& service, json_value message)
{
    const auto qualified = message["error"].as_string();
    if (!qualified)
        return "error: not a string";
    const auto [prefix, name] = split(*qualified);
    const varlink_interface& from = prefix == service.name ? service : ours;
    const auto error = from.errors.find(name);
    if (prefix != from.name || error == from.errors.end())
        return "error: there is no " + std::string(*qualified);
    if (message["continues"])
        return "envelope: an error that continues";
    return check_parameters(from, error->second, message["parameters"]);
}

}  // namespace

std::string check_value(const varlink_interface& interface, const varlink_type& type, json_value value)
{
    switch (type.what) {
        case kind::boolean:
            return value.as_bool() ? "" : ": not a bool";
        case kind::integer:
            return value.as_int() ? "" : ": not an int";
        case kind::real:
            return value.as_number() ? "" : ": not a float";
        case kind::string:
            return value.as_string() ? "" : ": not a string";
        case kind::object:
            return value.is(json_kind::object) ? "" : ": not an object";
        case kind::structure:
            return check_structure(interface, type, value);
        case kind::enumeration: {
            const std::string word(value.as_string().value_or(std::string_view()));
            return std::ranges::find(type.words, word) != type.words.end() ? "" : ": not one of its words";
        }
        case kind::named:
            return check_value(interface, interface.types.at(type.name), value);
        case kind::array:
        case kind::map:
            return check_elements(interface, type, value);
        case kind::maybe:
            return value.is_absent_or_null() ? "" : check_value(interface, type.element[0], value);
    }
    return ": of no known kind";
}

std::string check_call(const varlink_interface& interface, std::string_view message)
{
    proto::json_document document;
    if (document.parse(message) != proto::json_fault::none || !document.root().is(json_kind::object))
        return "not a JSON object";
    const json_value root = document.root();
    if (std::string problem = check_envelope(root, {"method", "parameters", "more", "oneway"});
        !problem.empty())
        return problem;
    const auto [prefix, name] = split(root["method"].as_string().value_or(std::string_view()));
    const auto method = interface.methods.find(name);
    if (prefix != interface.name || method == interface.methods.end())
        return "method: there is no such";
    return check_parameters(interface, method->second.in, root["parameters"]);
}

std::string check_reply(
    const varlink_interface& interface,
    const varlink_interface& service,
    std::string_view method,
    std::string_view message
)
{
    proto::json_document document;
    if (document.parse(message) != proto::json_fault::none || !document.root().is(json_kind::object))
        return "not a JSON object";
    const json_value root = document.root();
    if (std::string problem = check_envelope(root, {"error", "parameters", "continues"}); !problem.empty())
        return problem;
    if (root["error"])
        return check_error(interface, service, root);
    const auto at = interface.methods.find(method);
    if (at == interface.methods.end())
        return "method: there is no such";
    return check_parameters(interface, at->second.out, root["parameters"]);
}

}  // namespace sgauth::testing
