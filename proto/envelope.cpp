// SPDX-License-Identifier: Apache-2.0
#include "proto/envelope.hpp"

namespace sgauth::proto {

namespace {

// An optional flag: absent or null is false; anything but a bool is an error.
bool read_flag(json_value value, bool& out)
{
    out = value.as_bool().value_or(false);
    return value.is_absent_or_null() || value.as_bool().has_value();
}

bool read_parameters(json_value value, json_value& out)
{
    out = value.is_absent_or_null() ? json_value() : value;
    return value.is_absent_or_null() || value.is(json_kind::object);
}

}  // namespace

bool read_call(json_value message, call_envelope& out)
{
    const auto name = message["method"].as_string();
    const auto dot = name ? name->rfind('.') : std::string_view::npos;
    if (dot == std::string_view::npos)
        return false;
    out.interface = name->substr(0, dot);
    out.method = name->substr(dot + 1);
    return read_parameters(message["parameters"], out.parameters) && read_flag(message["more"], out.more) &&
           read_flag(message["oneway"], out.oneway);
}

bool read_reply(json_value message, reply_envelope& out)
{
    const json_value error = message["error"];
    out.error = error.as_string().value_or(std::string_view());
    return message.is(json_kind::object) && (error.is_absent_or_null() || error.is(json_kind::string)) &&
           read_parameters(message["parameters"], out.parameters) &&
           read_flag(message["continues"], out.continues);
}

void begin_call(std::string& out, std::string_view interface, std::string_view method, call_mode mode)
{
    out.append("{\"method\":\"").append(interface).append(".").append(method).append("\"");
    if (mode == call_mode::more)
        out += ",\"more\":true";
    if (mode == call_mode::oneway)
        out += ",\"oneway\":true";
    out += ",\"parameters\":";
}

void begin_reply(std::string& out, bool continues)
{
    out += continues ? "{\"continues\":true,\"parameters\":" : "{\"parameters\":";
}

void begin_error(std::string& out, std::string_view qualified_name)
{
    out.append("{\"error\":\"").append(qualified_name).append("\",\"parameters\":");
}

void end_message(std::string& out)
{
    out += '}';
    out += '\0';
}

}  // namespace sgauth::proto
