// SPDX-License-Identifier: Apache-2.0
#include "proto/description.hpp"
#include "proto/json_writer.hpp"
#include "proto/status.hpp"
#include "src/ipc/calls.hpp"

#include <array>

namespace sgauth::ipc {

namespace {

namespace e = proto::error_name;

// Answers InvalidParameter if there is a member besides `known`.
bool has_stranger(const call_in_hand& call, std::string_view known)
{
    for (const proto::json_value member : call.envelope.parameters)
        if (member.key() != known) {
            write_error(call.out, e::invalid_parameter, member.key());
            return true;
        }
    return false;
}

outcome get_info(const call_in_hand& call)
{
    if (has_stranger(call, {}))
        return {};
    proto::begin_reply(call.out, false);
    proto::json_writer json(call.out);
    json.begin_object()
        .member("vendor", "sgauth")
        .member("product", "sgauthd")
        .member("version", call.version);
    json.member("url", "sgauth").key("interfaces").begin_array();
    json.string(proto::service_interface).string(proto::agent_interface).end_array().end_object();
    proto::end_message(call.out);
    return {};
}

outcome get_interface_description(const call_in_hand& call)
{
    const auto interface = call.envelope.parameters["interface"].as_string();
    if (!interface)
        write_error(call.out, e::invalid_parameter, "interface");
    if (!interface || has_stranger(call, "interface"))
        return {};
    const bool is_agent = *interface == proto::agent_interface;
    if (!is_agent && *interface != proto::service_interface) {
        write_error(call.out, e::interface_not_found, *interface);
        return {};
    }
    proto::begin_reply(call.out, false);
    proto::json_writer json(call.out);
    json.begin_object();
    json.member("description", is_agent ? proto::agent_description : proto::service_description).end_object();
    proto::end_message(call.out);
    return {};
}

constexpr std::array<method, 2> methods{{
    {"GetInfo", get_info},
    {"GetInterfaceDescription", get_interface_description},
}};

}  // namespace

std::span<const method> service_methods() noexcept
{
    return methods;
}

}  // namespace sgauth::ipc
