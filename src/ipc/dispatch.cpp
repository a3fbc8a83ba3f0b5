// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/dispatch.hpp"

#include "proto/codec.hpp"
#include "proto/secret.hpp"
#include "proto/status.hpp"
#include "src/ipc/calls.hpp"

#include <string>
#include <utility>

namespace sgauth::ipc {

namespace {

// Above this a message gets a document of its own, as the shared one keeps its memory.
constexpr std::size_t usual_message = 64 * 1024;

bool is_ours(std::string_view interface) noexcept
{
    return interface == proto::agent_interface || interface == proto::service_interface;
}

std::string qualified(const proto::call_envelope& call)
{
    return std::string(call.interface).append(".").append(call.method);
}

// Finds the method if this peer may call it in this way; else writes the error.
const method* choose(agent& asked, conversation& from, const proto::call_envelope& call, std::string& out)
{
    namespace e = proto::error_name;
    const method* found = is_ours(call.interface) ? find_method(call.interface, call.method) : nullptr;
    const bool is_owner = from.who().role == caller_role::owner;
    if (!is_owner && !(found && found->open_to == method::peers::anyone)) {
        // Of what has no name here nothing was asked.
        if (found) {
            from.look();
            asked.note_denied(from.who(), found->name);
        }
        write_error(out, e::permission_denied);
    } else if (!is_ours(call.interface))
        write_error(out, e::interface_not_found, call.interface);
    else if (!found)
        write_error(out, e::method_not_found, qualified(call));
    else if (found->answers_by == method::form::stream && !call.more)
        write_error(out, e::expected_more);
    else if (found->compares_processes == method::names::yes && !from.identify())
        write_error(out, e::permission_denied);
    else
        return found;
    return nullptr;
}

}  // namespace

dispatcher::dispatcher(agent& daemon, std::string version, std::function<std::size_t()> connections)
    : agent_(daemon), version_(std::move(version)), connections_(std::move(connections))
{
}

outcome dispatcher::handle(conversation& from, std::string_view message, std::string& out)
{
    if (message.size() > usual_message) {
        proto::json_document own;
        const bool good = own.parse(message) == proto::json_fault::none;
        return good ? handle(from, own.root(), out) : outcome{outcome::kind::malformed, false, {}, {}};
    }
    const bool good = document_.parse(message) == proto::json_fault::none;
    outcome made =
        good ? handle(from, document_.root(), out) : outcome{outcome::kind::malformed, false, {}, {}};
    document_.clear();
    return made;
}

outcome dispatcher::handle(conversation& from, proto::json_value message, std::string& out)
{
    proto::call_envelope envelope;
    outcome made;
    if (!proto::read_call(message, envelope)) {
        made.what = outcome::kind::malformed;
        return made;
    }
    const std::size_t before = out.size();
    if (const method* found = choose(agent_, from, envelope, out)) {
        if (found->judges_program == method::judged::yes && agent_.judges_programs())
            from.look();
        const call_in_hand call{agent_, from, envelope, out, version_, connections_()};
        made = found->run(call);
    }
    made.oneway = envelope.oneway;
    if (envelope.oneway) {
        wipe(out.data() + before, out.size() - before);
        out.resize(before);
    }
    return made;
}

void dispatcher::end(conversation& gone)
{
    for (std::string& login : std::exchange(gone.begun(), {})) {
        proto::cancel_login_call call;
        call.login = std::move(login);
        // Nobody is left to be told; one that has ended by itself is as good.
        static_cast<void>(agent_.cancel_login(gone.who(), call));
    }
}

void write_error(std::string& out, std::string_view name, std::string_view subject)
{
    proto::error_reply error;
    error.name = name;
    error.subject = subject;
    proto::write_message(out, error);
}

}  // namespace sgauth::ipc
