// SPDX-License-Identifier: Apache-2.0
//
// The calls of sgauth.h. Watching is sgauth_watch.cpp, reading a result sgauth_result.cpp.
#include "client/lib/include/sgauth.h"

#include "client/lib/handles.hpp"
#include "client/lib/queries.hpp"

#include <utility>

namespace proto = sgauth::proto;
using namespace sgauth::client;

namespace {

// A person finds a password or a phone within it; the login itself lives for ten minutes.
constexpr std::chrono::minutes prompt_timeout{5};

// What the agent and the query have in common: both there, and a deadline. False: `into` says what is wrong.
template <class Query>
bool begin(
    const sgauth_agent* agent,
    const Query* given,
    Query& query,
    std::optional<time_point>& deadline,
    sgauth_result& into
)
{
    const bool was_read = read_query(given, query);
    deadline = deadline_after(query.timeout_ms, standard_timeout);
    if (!agent)
        refuse(into, "no agent was given");
    else if (!was_read)
        refuse(
            into, "the query's size is wrong, or it asks for what this version of libsgauth does not know"
        );
    else if (!deadline)
        refuse(into, "a timeout cannot be negative");
    else
        return true;
    return false;
}

// Makes the call; `take` moves what is wanted out of the reply.
template <class Reply, class Call, class Take>
void ask(
    sgauth_agent& agent,
    line_pool::use how,
    autostart start,
    const Call& call,
    time_point deadline,
    sgauth_result& into,
    Take take
)
{
    Reply reply;
    call_failure why;
    line_pool::lease lease(agent.lines.get(), how);
    lease.line().set_autostart(start);
    if (lease.line().call(call, reply, deadline, why))
        into.set(std::move(take(reply)));
    else
        into.set(std::move(why));
}

constexpr const char* not_utf8 = "what is not UTF-8 names nothing";

constexpr auto session_of = [](auto& reply) -> auto& { return reply.session; };

bool has_forms(const sgauth_credential_query& query)
{
    bool all = query.forms && query.form_count > 0 && query.form_count <= 16;
    for (std::size_t i = 0; all && i < query.form_count; ++i)
        all = query.forms[i] != nullptr;
    return all;
}

}  // namespace

const char* sgauth_version(void)
{
    return SGAUTH_VERSION;
}

const char* sgauth_explain(sgauth_status status)
{
    return proto::advice(static_cast<proto::status>(status)).data();  // of a literal, so it has its NUL
}

sgauth_status sgauth_open(const sgauth_options* options, sgauth_agent** agent)
{
    if (!agent)
        return SGAUTH_USAGE;
    *agent = nullptr;
    sgauth_options read{};
    if (!read_query(options, read) || (read.socket && *read.socket != '/'))
        return SGAUTH_USAGE;
    try {
        const autostart start = read.no_start ? autostart::no : autostart::yes;
        *agent = new sgauth_agent(read.socket ? named_target(read.socket, start) : own_target(start));
        return SGAUTH_OK;
    } catch (...) {
        return SGAUTH_FAILED;
    }
}

void sgauth_close(sgauth_agent* agent)
{
    delete agent;
}

sgauth_status sgauth_get_user(sgauth_agent* agent, const sgauth_query* given, sgauth_result** result)
{
    return answer(result, [&](sgauth_result& into) {
        sgauth_query query{};
        std::optional<time_point> deadline;
        if (!begin(agent, given, query, deadline, into))
            return;
        if (!are_utf8({query.site, query.user}))
            return refuse(into, not_utf8);
        proto::get_user_call call;
        call.site = text(query.site);
        call.user = text(query.user);
        constexpr auto how = line_pool::use::answers_at_once;
        ask<proto::get_user_reply>(*agent, how, autostart::yes, call, *deadline, into, session_of);
    });
}

sgauth_status sgauth_get_credential(
    sgauth_agent* agent, const sgauth_credential_query* given, sgauth_result** result
)
{
    return answer(result, [&](sgauth_result& into) {
        sgauth_credential_query query{};
        std::optional<time_point> deadline;
        if (!begin(agent, given, query, deadline, into))
            return;
        if (!has_forms(query) || query.min_valid_s < 0)
            return refuse(into, "name the forms that can be used, and no negative time");
        if (!are_utf8({query.site, query.user}) || !are_utf8(query.forms, query.form_count))
            return refuse(into, not_utf8);
        if (query.prompt && query.timeout_ms == 0)
            deadline = deadline_after(0, prompt_timeout);
        proto::get_credential_call call;
        call.site = text(query.site);
        call.user = text(query.user);
        call.forms.assign(query.forms, query.forms + query.form_count);
        if (query.min_valid_s > 0)
            call.min_valid_s = query.min_valid_s;
        call.prompt = flag(query.prompt);
        call.timeout_ms = daemon_limit_ms(*deadline);
        const auto how = query.prompt ? line_pool::use::may_wait : line_pool::use::answers_at_once;
        const auto whole = [](auto& reply) -> auto& { return reply; };
        ask<proto::get_credential_reply>(*agent, how, autostart::yes, call, *deadline, into, whole);
    });
}

sgauth_status sgauth_report_rejected(
    sgauth_agent* agent, const sgauth_rejection* given, sgauth_result** result
)
{
    return answer(result, [&](sgauth_result& into) {
        sgauth_rejection rejection{};
        std::optional<time_point> deadline;
        if (!begin(agent, given, rejection, deadline, into))
            return;
        if (!rejection.id)
            return refuse(into, "name the session's id");
        if (!are_utf8({rejection.id}))
            return refuse(into, not_utf8);
        proto::report_rejected_call call;
        call.id = rejection.id;
        call.generation = rejection.generation;
        call.timeout_ms = daemon_limit_ms(*deadline);
        constexpr auto how = line_pool::use::may_wait;
        ask<proto::report_rejected_reply>(*agent, how, autostart::yes, call, *deadline, into, session_of);
    });
}

sgauth_status sgauth_list(sgauth_agent* agent, const sgauth_list_query* given, sgauth_result** result)
{
    return answer(result, [&](sgauth_result& into) {
        sgauth_list_query query{};
        std::optional<time_point> deadline;
        if (!begin(agent, given, query, deadline, into))
            return;
        constexpr auto how = line_pool::use::answers_at_once;
        const auto sessions = [](auto& reply) -> auto& { return reply.sessions; };
        ask<proto::list_reply>(*agent, how, autostart::no, proto::list_call{}, *deadline, into, sessions);
    });
}

sgauth_status sgauth_revoke(sgauth_agent* agent, const sgauth_revoke_query* given, sgauth_result** result)
{
    return answer(result, [&](sgauth_result& into) {
        sgauth_revoke_query query{};
        std::optional<time_point> deadline;
        if (!begin(agent, given, query, deadline, into))
            return;
        if (!are_utf8({query.site, query.user, query.id}))
            return refuse(into, not_utf8);
        proto::revoke_call call;
        call.site = text(query.site);
        call.user = text(query.user);
        call.id = text(query.id);
        call.all = flag(query.all);
        call.local = flag(query.local);
        call.timeout_ms = daemon_limit_ms(*deadline);
        constexpr auto how = line_pool::use::may_wait;
        const auto revoked = [](auto& reply) -> auto& { return reply.revoked; };
        ask<proto::revoke_reply>(*agent, how, autostart::yes, call, *deadline, into, revoked);
    });
}
