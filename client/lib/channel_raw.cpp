// SPDX-License-Identifier: Apache-2.0
//
// A channel's calls of methods that nobody here knows: JSON text in, JSON text out.
#include "client/lib/channel.hpp"
#include "proto/json_writer.hpp"

#include <algorithm>

namespace sgauth::client {

namespace {

bool is_method(std::string_view text) noexcept
{
    const auto is_good = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_good);
}

}  // namespace

// Nothing grows six times by being written anew, so the reply, which may be a secret, never moves; one byte
// is for an end that a caller adds.
void channel::write_parameters(std::string& out) const
{
    wipe(out);
    out.reserve(6 * message_size_ + 3);
    if (reply_.parameters)
        proto::json_writer(out).copy(reply_.parameters);
    else
        out += "{}";
}

bool channel::write_raw(
    std::string_view method, std::string_view parameters, proto::call_mode mode, call_failure& why
)
{
    const auto dot = method.rfind('.');
    const bool is_ours = dot == std::string_view::npos;
    if (!is_method(method))
        return fail_usage(
            why, "a method is letters, digits and dots, such as GetUser or org.varlink.service.GetInfo"
        );
    proto::json_document given;
    if (given.parse(parameters.empty() ? "{}" : parameters) != proto::json_fault::none ||
        !given.root().is(proto::json_kind::object))
        return fail_usage(why, "the parameters have to be one JSON object");
    outgoing_.clear();
    outgoing_.reserve(256 + method.size() + 6 * parameters.size());
    proto::begin_call(
        outgoing_,
        is_ours ? proto::agent_interface : method.substr(0, dot),
        is_ours ? method : method.substr(dot + 1),
        mode
    );
    proto::json_writer(outgoing_).copy(given.root());
    proto::end_message(outgoing_);
    return true;
}

bool channel::call_raw(
    std::string_view method,
    std::string_view parameters,
    std::string& reply,
    time_point deadline,
    call_failure& why
)
{
    if (!write_raw(method, parameters, proto::call_mode::once, why))
        return false;
    const bool good = exchange(repeat::no, deadline, why);
    if (good)
        write_parameters(reply);
    forget();
    return good;
}

bool channel::start_raw(
    std::string_view method, std::string_view parameters, time_point deadline, call_failure& why
)
{
    why = {};
    if (!write_raw(method, parameters, proto::call_mode::more, why))
        return false;
    const bool connected = connect(deadline, why);
    if (!connected)
        wipe(outgoing_);
    return connected && start_stream(deadline, why);
}

watch_result channel::next_raw(std::string& reply, bool& is_last, time_point deadline, call_failure& why)
{
    const watch_result got = next_of_stream(deadline, why);
    is_last = got == watch_result::event && !reply_.continues;
    if (got == watch_result::event)
        write_parameters(reply);
    forget();
    if (is_last)
        close();
    return got;
}

}  // namespace sgauth::client
