// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/calls.hpp"

#include "proto/codec.hpp"
#include "proto/status.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sgauth::ipc {

namespace {

namespace net = boost::asio;
namespace e = proto::error_name;

// Reads the parameters; what is wrong with them is answered. A wait cannot be shorter than none.
template <class Call>
bool read_parameters(const call_in_hand& call, Call& out)
{
    std::string bad = proto::read(call.envelope.parameters, out);
    if constexpr (requires { out.timeout_ms; })
        if (bad.empty() && out.timeout_ms.value_or(0) < 0)
            bad = "timeout_ms";
    if (!bad.empty())
        write_error(call.out, e::invalid_parameter, bad);
    return bad.empty();
}

template <class Reply>
void write(std::string& out, const answer<Reply>& a)
{
    if (a)
        proto::write_message(out, *a);
    else
        proto::write_message(out, a.error());
}

template <class Reply>
late_reply as_message(net::awaitable<answer<Reply>> asked)
{
    const answer<Reply> a = co_await std::move(asked);
    std::string out;
    write(out, a);
    co_return std::move(out);
}

template <class Reply>
outcome wait_for(net::awaitable<answer<Reply>> asked)
{
    outcome made;
    made.what = outcome::kind::waits;
    made.reply.emplace(as_message(std::move(asked)));
    return made;
}

template <class Reply>
late_reply as_message_on_record(agent& daemon, conversation& from, net::awaitable<answer<Reply>> asked)
{
    answer<Reply> a = co_await std::move(asked);
    if (!a) {
        auto refused = refused_on_record(daemon, from, std::move(a.error()));
        co_return co_await std::move(refused);
    }
    std::string out;
    write(out, a);
    co_return std::move(out);
}

// The same, with its refusal on record.
template <class Reply>
outcome wait_on_record(const call_in_hand& call, net::awaitable<answer<Reply>> asked)
{
    outcome made;
    made.what = outcome::kind::waits;
    made.reply.emplace(as_message_on_record(call.daemon, call.from, std::move(asked)));
    return made;
}

outcome get_user(const call_in_hand& call)
{
    proto::get_user_call parameters;
    if (read_parameters(call, parameters))
        write(call.out, call.daemon.get_user(call.from.who(), parameters));
    return {};
}

outcome get_credential(const call_in_hand& call)
{
    proto::get_credential_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    if (const auto at_once = call.daemon.get_credential_at_once(call.from.who(), parameters)) {
        write(call.out, *at_once);
        return {};
    }
    // Whatever has to wait is put on record first: by which program.
    call.from.look();
    return wait_for(call.daemon.get_credential(call.from.who(), std::move(parameters)));
}

outcome report_rejected(const call_in_hand& call)
{
    proto::report_rejected_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    return wait_on_record(call, call.daemon.report_rejected(call.from.who(), std::move(parameters)));
}

// The connection outlives the wait (outcome's promise); its end cancels what it has begun.
net::awaitable<answer<proto::begin_login_reply>> begin_and_note(
    conversation& from, net::awaitable<answer<proto::begin_login_reply>> asked
)
{
    auto a = co_await std::move(asked);
    if (a && !a->login.empty())
        from.begun().push_back(a->login);
    co_return std::move(a);
}

outcome begin_login(const call_in_hand& call)
{
    proto::begin_login_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    auto asked = call.daemon.begin_login(call.from.who(), std::move(parameters));
    return wait_for(begin_and_note(call.from, std::move(asked)));
}

net::awaitable<answer<proto::answer_reply>> answer_and_note(
    conversation& from, std::string login, net::awaitable<answer<proto::answer_reply>> asked
)
{
    auto a = co_await std::move(asked);
    if (a && (a->step.kind == proto::step_kind::done || a->step.kind == proto::step_kind::failed))
        std::erase(from.begun(), login);
    co_return std::move(a);
}

outcome answer_login(const call_in_hand& call)
{
    proto::answer_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    std::string login = parameters.login;
    auto asked = call.daemon.answer_login(call.from.who(), std::move(parameters));
    return wait_for(answer_and_note(call.from, std::move(login), std::move(asked)));
}

outcome cancel_login(const call_in_hand& call)
{
    proto::cancel_login_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    const auto a = call.daemon.cancel_login(call.from.who(), parameters);
    if (a)
        std::erase(call.from.begun(), parameters.login);
    write(call.out, a);
    return {};
}

outcome list(const call_in_hand& call)
{
    proto::list_call parameters;
    if (read_parameters(call, parameters))
        write(call.out, call.daemon.list(call.from.who()));
    return {};
}

outcome set_default(const call_in_hand& call)
{
    proto::set_default_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    return wait_on_record(call, call.daemon.set_default(call.from.who(), std::move(parameters)));
}

outcome revoke(const call_in_hand& call)
{
    proto::revoke_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    return wait_for(call.daemon.revoke(call.from.who(), std::move(parameters)));
}

outcome audit(const call_in_hand& call)
{
    proto::audit_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    return wait_for(call.daemon.audit(call.from.who(), parameters));
}

outcome watch(const call_in_hand& call)
{
    outcome made;
    proto::watch_call parameters;
    if (!read_parameters(call, parameters) || call.envelope.oneway)
        return made;
    made.what = outcome::kind::streams;
    made.events = std::make_unique<messages_of<proto::watch_reply>>(call.daemon.watch(call.from.who()));
    return made;
}

outcome lock(const call_in_hand& call)
{
    proto::lock_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    return wait_on_record(call, call.daemon.lock(call.from.who(), std::move(parameters)));
}

outcome unlock(const call_in_hand& call)
{
    proto::unlock_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    return wait_on_record(call, call.daemon.unlock(call.from.who(), std::move(parameters)));
}

outcome change_vault(const call_in_hand& call)
{
    proto::change_vault_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    call.from.look();
    return wait_on_record(call, call.daemon.change_vault(call.from.who(), std::move(parameters)));
}

outcome status(const call_in_hand& call)
{
    proto::status_call parameters;
    if (!read_parameters(call, parameters))
        return {};
    auto a = call.daemon.status(call.from.who());
    if (a)
        a->connections = static_cast<std::int64_t>(call.connections);
    write(call.out, a);
    return {};
}

outcome test_policy(const call_in_hand& call)
{
    proto::test_policy_call parameters;
    if (read_parameters(call, parameters))
        write(call.out, call.daemon.test_policy(call.from.who(), parameters));
    return {};
}

using enum method::peers;
using enum method::form;
constexpr auto exact = method::names::yes;

constexpr std::array<method, 18> agent_methods{{
    {"GetCredential", get_credential, owner, reply, method::names::no, method::judged::yes},
    {"GetUser", get_user},
    {"ReportRejected", report_rejected},
    {"BeginLogin", begin_login, owner, reply, exact},
    {"Answer", answer_login, owner, reply, exact},
    {"CancelLogin", cancel_login, owner, reply, exact},
    {"List", list, anyone},
    {"SetDefault", set_default},
    {"Revoke", revoke, anyone},
    {"Audit", audit},
    {"Watch", watch, owner, stream},
    {"Lock", lock},
    {"Unlock", unlock},
    {"ChangeVault", change_vault},
    {"Status", status, anyone},
    {"TestPolicy", test_policy},
    {"WatchQuestions", watch_questions, owner, stream, exact},
    {"AnswerQuestion", answer_question, owner, reply, exact, method::judged::yes},
}};

}  // namespace

const method* find_method(std::string_view interface, std::string_view name) noexcept
{
    const bool is_agent = interface == proto::agent_interface;
    const std::span<const method> methods =
        is_agent ? std::span<const method>(agent_methods) : service_methods();
    const auto found =
        std::find_if(methods.begin(), methods.end(), [&](const method& m) { return m.name == name; });
    return found == methods.end() ? nullptr : &*found;
}

}  // namespace sgauth::ipc
