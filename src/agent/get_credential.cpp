// SPDX-License-Identifier: Apache-2.0
#include "src/agent/get_credential.hpp"

#include "src/agent/audit_view.hpp"
#include "src/agent/choose.hpp"
#include "src/agent/credential_form.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/base/deadline.hpp"
#include "src/login/login_desk.hpp"
#include "src/policy/authorise.hpp"
#include "src/policy/process_facts.hpp"
#include "src/session/confined_script.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

// How long an asker waits who names no time: as long as one question to a site may take.
constexpr std::chrono::milliseconds default_patience{30'000};
// A wait for a person may be long, but not for ever: an hour.
constexpr std::chrono::milliseconds longest_patience = std::chrono::hours(1);

// No session lasts a century. What is asked beyond is the same to us, and would overflow the boot clock's
// nanoseconds.
constexpr std::chrono::seconds longest_min_valid = std::chrono::years(100);

std::optional<std::chrono::seconds> wanted_validity(const session& s, const proto::get_credential_call& call)
{
    // A key does not run out: whatever is asked is met. No time at all is no wish.
    if (call.min_valid_s.value_or(0) == 0 || !gives_token(s))
        return std::nullopt;
    return std::min(std::chrono::seconds(*call.min_valid_s), longest_min_valid);
}

net::awaitable<result<probe_answer>> verify(keeper& keeping, std::string id)
{
    co_return co_await keeping.verify(std::move(id));
}

net::awaitable<result<void>> end_of_login(login_desk& logins, site_url site)
{
    co_await logins.wait_for_end(std::move(site));
    co_return result<void>();
}

net::awaitable<result<void>> unlock_by_prompt(vault& store)
{
    return store.unlock(std::nullopt, prompting::allowed);
}

}  // namespace

site_trouble get_credential::not_answering()
{
    return {trouble::offline, "the site did not answer a moment ago and is asked again shortly", {}, {}};
}

std::optional<answer<proto::get_credential_reply>> get_credential::at_once(
    const caller& who, const proto::get_credential_call& call
)
{
    step s = decide(who, call);
    if (s.todo == next::hand_out) {
        const session& chosen = *state_.table.find(s.session_id);
        const std::string_view form = choose_form(chosen, call.forms);
        if (chosen.is_sealed || !is_on_record(who, chosen, form, s.seen.state))
            return std::nullopt;
        return hand_out(who, chosen, form, s.seen);
    }
    if (!s.done)
        return std::nullopt;
    const proto::error_reply& why = s.done->error();
    if (is_recorded(why) && !state_.audit.repeats(key_of_refusal(who, why, form_asked(call)), who.process))
        return std::nullopt;
    return std::move(s.done);
}

get_credential::step get_credential::decide(const caller& who, const proto::get_credential_call& call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return {next::nothing, std::unexpected(errors::from(leave.error())), {}};
    if (!state_.configuration.problems.empty())
        return {next::nothing, std::unexpected(errors::bad_settings(state_.configuration.problems)), {}};
    if (call.min_valid_s.value_or(0) < 0)
        return {next::nothing, std::unexpected(errors::invalid_parameter("min_valid_s")), {}};
    if (call.timeout_ms.value_or(0) < 0)
        return {next::nothing, std::unexpected(errors::invalid_parameter("timeout_ms")), {}};

    const auto chosen = choose_session(state_, call.site, call.user);
    // What is not known while the vault cannot be read is not known to be missing.
    const bool has_lock = state_.store.locked().has_value();
    if (has_lock && (!chosen || ((*chosen)->is_sealed && (*chosen)->past.end == end_reason::none)))
        return refuse_locked(call);
    if (!chosen)
        return refuse_or_await_login(chosen.error(), call);
    const session& s = **chosen;
    const std::string_view form = choose_form(s, call.forms);
    if (auto refused = refusal_of(who, s, form))
        return refuse_or_ask(who, s, form, call, std::move(*refused));
    const session_sight seen = state_.keeping.look_at(s);
    state_.table.asked(s.id, seen.at.now);
    if (state_.keeping.is_due(s, seen))
        state_.keeping.poke();
    if (form.empty())
        return {next::nothing, std::unexpected(errors::form_unavailable(s, forms_of(s))), {}};
    return decide_for(s, seen, call);
}

get_credential::step get_credential::decide_for(
    const session& s, const session_sight& seen, const proto::get_credential_call& call
)
{
    const auto& [at, rules, state] = seen;
    if (state == session_state::expired) {
        state_.table.ended(s.id, s.generation, end_reason::max_age);  // no news if the site ended it before
        return refuse_or_await_login(
            errors::expired(view(s, state_.table, state_.keeping, state_.time.wall())), call
        );
    }
    const bool site_is_silent = at.now < s.past.not_before;
    const auto wanted = wanted_validity(s, call);
    if (lacks_token(s))
        return mint_first(s, wanted);
    if (!wanted) {
        if (state == session_state::valid || site_is_silent)
            return {next::hand_out, std::nullopt, s.id, seen};
        return {next::verify, std::nullopt, s.id};
    }
    if (sure_for(s.past, rules, at) >= *wanted)
        return {next::hand_out, std::nullopt, s.id, seen};
    const auto longest = longest_possible(s.past, rules, at.now);
    if (longest < *wanted)
        return {
            next::nothing,
            std::unexpected(errors::cannot_last(
                view(s, state_.table, state_.keeping, state_.time.wall()),
                std::chrono::duration_cast<std::chrono::seconds>(longest)
            )),
            {}
        };
    if (site_is_silent)
        return {next::nothing, std::unexpected(errors::unreachable(s, not_answering())), {}};
    return {next::verify, std::nullopt, s.id};
}

get_credential::step get_credential::refuse_locked(const proto::get_credential_call& call) const
{
    const vault_lock& why = *state_.store.locked();
    // The system's own dialog is all that a caller without a front end can have.
    if (call.prompt.value_or(false) && why.why == vault_lock::kind::key_locked)
        return {next::await_unlock, std::nullopt, {}};
    return {next::nothing, std::unexpected(errors::denied(why.reason)), {}};
}

get_credential::step get_credential::refuse_or_await_login(
    proto::error_reply why, const proto::get_credential_call& call
)
{
    const auto site = choose_site(state_, call.site);
    if (call.prompt.value_or(false) && site && logins_.in_progress(*site))
        return {next::await_login, std::nullopt, {}};
    return {next::nothing, std::unexpected(std::move(why)), {}};
}

net::awaitable<answer<proto::get_credential_reply>> get_credential::settle(
    caller who, const proto::get_credential_call& call
)
{
    const std::chrono::milliseconds patience(call.timeout_ms.value_or(default_patience.count()));
    const auto end = std::chrono::steady_clock::now() + std::min(patience, longest_patience);
    for (;;) {
        step s = decide(who, call);
        if (s.done)
            co_return std::move(*s.done);
        if (s.todo == next::hand_out) {
            const session* chosen = state_.table.find(s.session_id);
            const std::string_view form = choose_form(*chosen, call.forms);
            co_return co_await hand_out_on_record(who, std::move(s.session_id), form);
        }
        if (s.todo == next::await_unlock)
            co_return co_await unlock_first(who, call, end);
        if (s.todo == next::await_person) {
            if (auto refused = co_await person_refuses(std::move(*s.asks), end))
                co_return std::unexpected(std::move(*refused));
            who.facts = look_again(who.facts);
            continue;
        }
        if (s.todo == next::verify)
            co_return co_await after_probe(who, std::move(s.session_id), call, end);
        if (!co_await login_ended(call, end))
            co_return std::unexpected(errors::timed_out("nobody logged in in time"));
        who.facts = look_again(who.facts);
    }
}

net::awaitable<answer<proto::get_credential_reply>> get_credential::unlock_first(
    caller who, proto::get_credential_call call, std::chrono::steady_clock::time_point end
)
{
    auto opening = unlock_by_prompt(state_.store);
    const auto opened = co_await with_deadline(std::move(opening), end - std::chrono::steady_clock::now());
    if (!opened)
        co_return std::unexpected(errors::from(opened.error()));
    if (const auto restored = co_await state_.restoring.restore(); !restored)
        co_return std::unexpected(errors::from(restored.error()));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    call.timeout_ms = std::max<std::int64_t>(left.count(), 0);
    who.facts = look_again(who.facts);
    co_return co_await settle(who, call);
}

net::awaitable<bool> get_credential::login_ended(
    const proto::get_credential_call& call, std::chrono::steady_clock::time_point end
)
{
    const auto site = choose_site(state_, call.site);
    const auto left = end - std::chrono::steady_clock::now();
    if (!site || left <= left.zero())
        co_return false;
    const auto waited = co_await with_deadline(end_of_login(logins_, *site), left);
    co_return waited.has_value();
}

net::awaitable<answer<proto::get_credential_reply>> get_credential::after_probe(
    caller who,
    std::string id,
    const proto::get_credential_call& call,
    std::chrono::steady_clock::time_point end
)
{
    const session* s = state_.table.find(id);
    if (!s)
        co_return std::unexpected(errors::no_session("the session was revoked just now", nullptr, {}));
    std::chrono::steady_clock::duration limit = end - std::chrono::steady_clock::now();
    if (!wanted_validity(*s, call) && !lacks_token(*s))
        limit = std::min<std::chrono::steady_clock::duration>(
            limit, state_.configuration.values.for_site(s->site.text()).renewal.verify_wait
        );
    const auto probed = co_await with_deadline(verify(state_.keeping, id), limit);
    who.facts = look_again(who.facts);

    s = state_.table.find(id);
    if (!s)
        co_return std::unexpected(errors::no_session("the session was revoked just now", nullptr, {}));
    const std::string_view form = choose_form(*s, call.forms);
    if (auto refused = refusal_of(who, *s, form))
        co_return std::unexpected(std::move(*refused));
    const renewal_rules rules = state_.keeping.rules_for(*s);
    const moment at = state_.keeping.now();
    if (state_of(s->past, rules, at) == session_state::expired)
        co_return std::unexpected(errors::expired(view(*s, state_.table, state_.keeping, state_.time.wall()))
        );
    if (lacks_token(*s) && !s->is_sealed)
        co_return co_await after_no_mint(std::move(who), std::move(id), call, end, probed);
    const auto wanted = wanted_validity(*s, call);
    if (!wanted || sure_for(s->past, rules, at) >= *wanted)
        co_return co_await hand_out_on_record(who, std::move(id), form);
    if (!probed)
        co_return std::unexpected(errors::timed_out("the site did not answer in time"));
    if (probed->trouble)
        co_return std::unexpected(errors::unreachable(*s, *probed->trouble));
    co_return std::unexpected(errors::cannot_last(
        view(*s, state_.table, state_.keeping, state_.time.wall()),
        std::chrono::duration_cast<std::chrono::seconds>(longest_possible(s->past, rules, at.now))
    ));
}

}  // namespace sgauth
