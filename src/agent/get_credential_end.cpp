// SPDX-License-Identifier: Apache-2.0
//
// The end of a GetCredential: on record first, then the credential leaves, or the refusal.

#include "proto/utf8.hpp"
#include "src/agent/audit_view.hpp"
#include "src/agent/choose.hpp"
#include "src/agent/credential_form.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/get_credential.hpp"
#include "src/agent/session_view.hpp"
#include "src/policy/process_facts.hpp"
#include "src/session/confined_script.hpp"

#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

// Ours are words of a dozen letters; a caller may write what it likes.
constexpr std::size_t longest_form_shown = 40;

}  // namespace

// The one place where a credential leaves: at once or after a wait, the caller's leave is asked for here.
get_credential::reply get_credential::hand_out(
    const caller& who, const session& s, std::string_view form, const session_sight& seen
)
{
    if (auto refused = refusal_of(who, s, form))
        return std::unexpected(std::move(*refused));
    // A login between the choice of the form and here may have confined the script.
    if (form != form_of(s))
        return std::unexpected(errors::form_unavailable(s, forms_of(s)));
    if (s.is_sealed) {
        const auto& why = state_.store.locked();
        return std::unexpected(why ? errors::denied(why->reason) : errors::being_opened());
    }
    if (lacks_token(s))
        return std::unexpected(errors::unreachable(s, not_answering()));
    state_.table.handed_out(s.id, seen.at.now);
    proto::get_credential_reply out;
    out.session = view(s, state_.table, seen, state_.time.wall());
    out.form = form;
    if (form == proto::form::session_token) {
        out.credential.token = s.token.clone();
    } else {
        out.credential.script_name = s.user;
        out.credential.script_key = s.key.clone();
    }
    return out;
}

// Whether the line is there that has to be before the credential leaves; if so, this is one more of it.
bool get_credential::is_on_record(
    const caller& who, const session& s, std::string_view form, session_state state
)
{
    return state_.audit.repeats(key_of_hand_out(who, s, form, word_for(state)), who.process);
}

// Hands out once that is on record. What was known of the session before is looked at again after.
net::awaitable<answer<proto::get_credential_reply>> get_credential::hand_out_on_record(
    caller who, std::string id, std::string_view form
)
{
    const session* s = state_.table.find(id);
    if (s && !s->is_sealed && !is_on_record(who, *s, form, state_.keeping.state_of(*s))) {
        const proto::session_info seen = view(*s, state_.table, state_.keeping, state_.time.wall());
        audit_entry e = entry_of_hand_out(who, *s, form, seen.state, seen.reason);
        std::string key = key_of_hand_out(who, *s, form, seen.state);
        const auto done = co_await state_.audit.record(std::move(key), who.process, std::move(e));
        if (!done && state_.audit.is_required())
            co_return std::unexpected(errors::not_recorded(done.error().detail));
        who.facts = look_again(who.facts);
        s = state_.table.find(id);
    }
    if (!s)
        co_return std::unexpected(errors::no_session("the session was revoked just now", nullptr, {}));
    const session_sight seen = state_.keeping.look_at(*s);
    if (seen.state == session_state::expired)
        co_return std::unexpected(errors::expired(view(*s, state_.table, seen, state_.time.wall())));
    co_return hand_out(who, *s, form, seen);
}

// The form that a refusal is about, as the rules are asked of it; where there is no such session, or it has
// none of them, what the caller would have liked most.
std::string get_credential::form_asked(const proto::get_credential_call& call) const
{
    const auto meant = choose_session(state_, call.site, call.user);
    const std::string_view form = meant ? choose_form(**meant, call.forms) : std::string_view();
    if (!form.empty() || call.forms.empty())
        return std::string(form);
    return proto::printable(call.forms.front(), longest_form_shown);
}

net::awaitable<void> get_credential::record_refusal(
    caller who, const proto::error_reply& why, const proto::get_credential_call& call
)
{
    const std::string form = form_asked(call);
    std::string key = key_of_refusal(who, why, form);
    if (!is_recorded(why) || state_.audit.repeats(key, who.process))
        co_return;
    const auto meant = choose_session(state_, call.site, call.user);
    audit_entry e = entry_of_refusal(who, why, meant ? *meant : nullptr, form);
    // It stays a refusal where it cannot be recorded; status says so.
    static_cast<void>(co_await state_.audit.record(std::move(key), who.process, std::move(e)));
}

net::awaitable<answer<proto::get_credential_reply>> get_credential::wait(
    caller who, proto::get_credential_call call
)
{
    reply settled = co_await settle(who, call);
    if (!settled)
        co_await record_refusal(who, settled.error(), call);
    co_return std::move(settled);
}

}  // namespace sgauth
