// SPDX-License-Identifier: Apache-2.0
#include "src/agent/log_in.hpp"

#include "proto/status.hpp"
#include "proto/utf8.hpp"
#include "src/agent/audit_view.hpp"
#include "src/agent/errors.hpp"
#include "src/policy/authorise.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// How long an Answer waits for the site who names no time; `wait` is the answer then, and nothing is lost.
constexpr std::chrono::milliseconds default_patience{60'000};
constexpr std::chrono::milliseconds longest_patience = std::chrono::hours(1);

proto::error_reply error_for(const login_fault& fault)
{
    proto::error_reply reply;
    reply.message = fault.detail;
    switch (fault.kind) {
        case login_refusal::no_such_login:
            reply.name = proto::error_name::no_such_login;
            break;
        case login_refusal::cancelled:
            reply.name = proto::error_name::cancelled;
            break;
        case login_refusal::busy:
            reply.name = proto::error_name::busy;
            break;
        case login_refusal::bad_parameter:
            return errors::invalid_parameter(fault.parameter);
    }
    return reply;
}

std::expected<login_request, proto::error_reply> read_request(proto::begin_login_call& call)
{
    login_request request;
    if (call.site) {
        auto site = site_url::parse(*call.site);
        if (!site)
            return std::unexpected(errors::invalid_site(*call.site, site.error().detail));
        request.site = std::move(*site);
    }
    request.user = std::move(call.user);
    request.script = std::move(call.script);
    request.method = std::move(call.login_method);
    if (call.hints)
        request.hinted_login = std::move(call.hints->login);
    request.make_default = call.make_default.value_or(false);
    request.share_key = call.share_key.value_or(false);
    request.may_prompt = call.prompt.value_or(false);
    // The session that is there may not share its key.
    request.again = call.again.value_or(false) || request.share_key;
    return request;
}

// The end of a login that was cancelled while the site was asked.
proto::step after_cancelling(const login_news& news)
{
    proto::step told;
    told.kind = news.session ? proto::step_kind::done : proto::step_kind::failed;
    told.session = news.session;
    if (!news.session)
        told.error = proto::error_name::failed;
    const bool is_refused = news.word == login_word::refused;
    told.message = is_refused ? "the login was cancelled; the site refused it" : news.detail;
    return told;
}

}  // namespace

log_in::log_in(agent_state& state, login_desk& desk) : state_(state), desk_(desk)
{
    desk_.listen([this](const std::string& login, const login_news& news, const proto::step& now) {
        hear(login, news, now);
    });
}

boost::asio::awaitable<answer<proto::begin_login_reply>> log_in::begin(
    caller who, proto::begin_login_call call
)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    // Bad settings may be about whom to trust and which way to go: no password leaves by them.
    if (!state_.configuration.problems.empty()) {
        auto why = errors::bad_settings(state_.configuration.problems);
        note_refusal(who, call, why);
        co_return std::unexpected(std::move(why));
    }
    // A login that could not be kept is not begun; but one begins a new store where the old one's key is
    // lost.
    const auto& locked = state_.store.locked();
    if (locked && locked->why != vault_lock::kind::key_gone) {
        auto why = errors::denied(locked->reason);
        note_refusal(who, call, why);
        co_return std::unexpected(std::move(why));
    }
    auto request = read_request(call);
    if (!request)
        co_return std::unexpected(std::move(request.error()));
    meant whom{who, {}, {}};
    if (request->site)
        whom.site = request->site->text();
    if (request->user || request->script)
        whom.user = proto::printable(request->user ? *request->user : *request->script);
    auto begun = co_await desk_.begin(std::move(*request), who.process);
    if (!begun)
        co_return std::unexpected(error_for(begun.error()));
    std::erase_if(begun_, [this](const auto& one) { return !desk_.knows(one.first); });
    if (begun->step.kind == proto::step_kind::failed)
        static_cast<void>(co_await state_.audit.record(entry_of(whom, begun->step)));
    else if (desk_.knows(begun->id))
        begun_.insert_or_assign(begun->id, std::move(whom));
    co_return proto::begin_login_reply{std::move(begun->id), std::move(begun->step)};
}

// Of a login that is not begun. Its caller need not wait for the line: nothing was handed out or tried.
void log_in::note_refusal(
    const caller& who, const proto::begin_login_call& call, const proto::error_reply& why
)
{
    proto::error_reply told = why;
    told.site = call.site;
    told.user = call.user ? call.user : call.script;
    audit_entry e = entry_of_refusal(who, told, nullptr);
    e.event = proto::audit_event::login_failed;
    state_.audit.note(key_of_refusal(who, told), who.process, std::move(e));
}

audit_entry log_in::entry_of(const meant& whom, const proto::step& last) const
{
    audit_entry e = entry_of_login(whom.who, last);
    if (!last.session) {
        e.site = whom.site;
        e.user = whom.user;
    }
    return e;
}

// What the site refused, and how it ended: of one that was cancelled while the site was asked, what became of
// it all the same. That it cannot be recorded does not undo it: status says so.
void log_in::hear(const std::string& login, const login_news& news, const proto::step& now)
{
    const auto at = begun_.find(login);
    if (at == begun_.end())
        return;  // its first step, which begin() tells of
    const meant whom = at->second;
    const bool is_over = now.kind == proto::step_kind::done || now.kind == proto::step_kind::failed;
    const bool is_refused = news.word == login_word::refused;
    if (is_over)
        begun_.erase(at);
    if (!is_over && !is_refused)
        return;
    proto::step told = now;
    if (now.error == proto::error_name::cancelled) {
        if (news.word == login_word::nothing)
            return;  // nothing came of it
        told = after_cancelling(news);
    }
    if (told.session)
        state_.audit.claim_login(told.session->id);
    audit_entry e = entry_of(whom, told);
    if (is_refused)
        e.error = proto::error_name::refused;
    state_.audit.note(std::move(e));
}

boost::asio::awaitable<answer<proto::answer_reply>> log_in::proceed(caller who, proto::answer_call call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    if (call.timeout_ms.value_or(0) < 0)
        co_return std::unexpected(errors::invalid_parameter("timeout_ms"));
    const std::chrono::milliseconds patience(call.timeout_ms.value_or(default_patience.count()));
    std::string login = call.login;
    if (const auto at = begun_.find(login); at != begun_.end() && at->second.who.process == who.process)
        at->second.who = who;  // it may run another program since
    auto step = co_await desk_.answer(
        call.login, who.process, std::move(call.value), std::min(patience, longest_patience)
    );
    if (!step)
        co_return std::unexpected(error_for(step.error()));
    if (step->kind != proto::step_kind::wait)
        co_await state_.audit.settle();  // what the caller is about to know is on record before
    co_return proto::answer_reply{std::move(*step)};
}

answer<proto::cancel_login_reply> log_in::cancel(const caller& who, const proto::cancel_login_call& call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    const auto done = desk_.cancel(call.login, who.process);
    if (!done)
        return std::unexpected(error_for(done.error()));
    if (!desk_.knows(call.login))
        begun_.erase(call.login);  // else the site is at it
    return proto::cancel_login_reply{};
}

}  // namespace sgauth
