// SPDX-License-Identifier: Apache-2.0
#include "src/agent/revoke.hpp"

#include "proto/status.hpp"
#include "src/agent/choose.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/wipe.hpp"
#include "src/policy/authorise.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// How long a caller waits for the sites who names no time; what is not done by then goes on without him.
constexpr std::chrono::milliseconds default_patience{10'000};
constexpr std::chrono::milliseconds longest_patience{60'000};

std::string_view word_for(site_word word)
{
    switch (word) {
        case site_word::confirmed:
            return proto::at_site::confirmed;
        case site_word::still_accepted:
            return proto::at_site::still_accepted;
        case site_word::unconfirmed:
            return proto::at_site::unconfirmed;
        case site_word::unreachable:
            return proto::at_site::unreachable;
        case site_word::not_tried:
            return proto::at_site::not_tried;
    }
    return proto::at_site::unconfirmed;
}

proto::revoked view(const revocation& r)
{
    proto::revoked out;
    out.id = r.id;
    out.site = r.site;
    out.user = r.user;
    out.kind = r.kind == session_kind::human ? proto::kind::human : proto::kind::script;
    out.at_site = word_for(r.word);
    if (r.accepted_until)
        out.accepted_until = r.accepted_until->time_since_epoch().count();
    return out;
}

}  // namespace

answer<std::vector<std::string>> revoke::matching(const proto::revoke_call& call) const
{
    std::vector<std::string> ids;
    if (call.id) {
        if (state_.table.find(*call.id))
            ids.push_back(*call.id);
        return ids;
    }
    if (!call.all.value_or(false)) {
        const auto chosen = choose_session(state_, call.site, call.user);
        if (!chosen && chosen.error().name != proto::error_name::no_session)
            return std::unexpected(chosen.error());
        if (chosen)
            ids.push_back((*chosen)->id);
        return ids;
    }
    std::optional<site_url> site;
    if (call.site) {
        const auto chosen = choose_site(state_, call.site);
        if (!chosen)
            return std::unexpected(chosen.error());
        site = *chosen;
    }
    for (const session* s : state_.table.all()) {
        const bool fits_site = !site || s->site == *site;
        // All who go by the name: what is too much can be had again, what is too little stays open.
        const auto named = call.user ? state_.table.named(s->site, *call.user) : std::vector{s};
        const bool fits_user = std::ranges::find(named, s) != named.end();
        if (fits_site && fits_user)
            ids.push_back(s->id);
    }
    return ids;
}

boost::asio::awaitable<answer<proto::revoke_reply>> revoke::operator()(caller who, proto::revoke_call call)
{
    if (const auto leave = authorise(who, request_kind::administer, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    if (call.timeout_ms.value_or(0) < 0)
        co_return std::unexpected(errors::invalid_parameter("timeout_ms"));
    auto ids = matching(call);
    if (!ids)
        co_return std::unexpected(ids.error());
    const bool is_all = call.all.value_or(false);
    if (ids->empty() && !is_all)
        co_return std::unexpected(errors::no_session("no session to revoke", nullptr, call.user.value_or(""))
        );

    const std::chrono::milliseconds patience(call.timeout_ms.value_or(default_patience.count()));
    const at_the_site what = call.local.value_or(false) ? at_the_site::leave_alone : at_the_site::log_out;
    const std::vector<std::string> taken = *ids;
    state_.audit.revoking(taken, who);
    // All, and without a word to the sites: that is done as a wipe is, the key first.
    // What the vault cannot take away goes from memory all the same.
    result<void> wiped;
    if (is_all && what == at_the_site::leave_alone && !call.site && !call.user)
        wiped = co_await wipe_store(state_);
    const auto done =
        co_await state_.revoking.revoke(std::move(*ids), what, std::min(patience, longest_patience));
    co_await state_.audit.revoked(taken);
    if (!wiped)
        co_return std::unexpected(errors::from(wiped.error()));
    if (!done)
        co_return std::unexpected(errors::from(done.error()));
    proto::revoke_reply reply;
    for (const revocation& r : *done)
        reply.revoked.push_back(view(r));
    co_return reply;
}

}  // namespace sgauth
