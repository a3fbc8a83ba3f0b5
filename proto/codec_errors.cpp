// SPDX-License-Identifier: Apache-2.0
#include "proto/codec.hpp"
#include "proto/codec_types.hpp"
#include "proto/envelope.hpp"
#include "proto/fields.hpp"
#include "proto/status.hpp"

namespace sgauth::proto {

namespace {

// Which of error_reply's members an error carries besides its message, as the .varlink file gives it.
enum part : unsigned {
    site = 1,
    user = 2,
    session = 4,
    choices = 8,
    forms = 16,
    longest = 32,
    retry = 64,
    foreign = 128
};

unsigned parts_of(std::string_view name) noexcept
{
    namespace e = error_name;
    if (name == e::no_session)
        return site | user;
    if (name == e::expired)
        return session;
    if (name == e::cannot_last)
        return session | longest;
    if (name == e::ambiguous)
        return choices;
    if (name == e::invalid_site)
        return site;
    if (name == e::form_unavailable)
        return forms;
    if (name == e::refused || name == e::failed)
        return foreign;
    if (name == e::unreachable)
        return site | foreign;
    if (name == e::denied)
        return retry;
    return 0;
}

// The name of a standard error's only parameter; null for an error of ours, empty where it has none.
const char* standard_parameter(std::string_view name) noexcept
{
    namespace e = error_name;
    if (name == e::interface_not_found)
        return "interface";
    if (name == e::method_not_found || name == e::method_not_implemented)
        return "method";
    if (name == e::invalid_parameter)
        return "parameter";
    if (name == e::permission_denied || name == e::expected_more)
        return "";
    return nullptr;
}

// NoSession alone may be about no site in particular.
void write_site(json_writer& json, const error_reply& error, unsigned parts)
{
    if (parts & user)
        json.member("site", error.site);
    else
        json.member("site", error.site.value_or(std::string()));
}

void write_parts(json_writer& json, const error_reply& error, unsigned parts)
{
    if (parts & site)
        write_site(json, error, parts);
    if (parts & user)
        json.member("user", error.user);
    if ((parts & session) && error.session) {
        json.key("session");
        write_type(json, *error.session);
    }
    if (parts & choices)
        write_array(json, "choices", error.items);
    if (parts & forms)
        write_array(json, "forms", error.items);
    if (parts & longest)
        json.member("longest_s", error.longest_s.value_or(0));
    if (parts & retry)
        json.member("retry_at", error.retry_at);
    if ((parts & foreign) && !error.foreign.empty())
        json.member("foreign", error.foreign);
}

}  // namespace

void write_message(std::string& out, const error_reply& error)
{
    const char* parameter = standard_parameter(error.name);
    const std::string_view interface = parameter ? service_interface : agent_interface;
    begin_error(out, std::string(interface) + "." + error.name);
    json_writer json(out);
    json.begin_object();
    if (!parameter) {
        write_parts(json, error, parts_of(error.name));
        json.member("message", error.message);
    } else if (*parameter) {
        json.member(parameter, error.subject);
    }
    json.end_object();
    end_message(out);
}

void read_error(std::string_view qualified_name, json_value parameters, error_reply& out)
{
    out = {};
    const std::string_view name = short_name(qualified_name);
    const std::string_view interface = qualified_name.substr(0, qualified_name.size() - name.size());
    const bool ours = interface == std::string(agent_interface) + ".";
    const bool standard = interface == std::string(service_interface) + "." && standard_parameter(name);
    out.name = ours || standard ? name : qualified_name;
    const auto text = [&](const char* key, std::string& into) {
        into = parameters[key].as_string().value_or(std::string_view());
    };
    text("message", out.message);
    text("foreign", out.foreign);
    if (const char* parameter = standard_parameter(name); standard && *parameter)
        text(parameter, out.subject);
    fields(parameters).maybe("site", out.site).maybe("user", out.user);
    fields(parameters).maybe("longest_s", out.longest_s).maybe("retry_at", out.retry_at);
    session_info held;
    if (read_type(parameters["session"], held))
        out.session = std::move(held);
    for (const char* list : {"choices", "forms"})
        for (const json_value item : parameters[list])
            out.items.emplace_back(item.as_string().value_or(std::string_view()));
}

}  // namespace sgauth::proto
