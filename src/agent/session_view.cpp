// SPDX-License-Identifier: Apache-2.0
#include "src/agent/session_view.hpp"

namespace sgauth {

namespace {

std::int64_t unix_seconds(wall_time t)
{
    return t.time_since_epoch().count();
}

std::optional<std::string> reason_of(session_state state, const session_past& past, end_reason end)
{
    if (end == end_reason::site)
        return "site";
    if (end == end_reason::max_age)
        return "max_age";
    if (state != session_state::unverified)
        return std::nullopt;
    if (past.failures > 0)
        return "the site does not answer";
    return past.verified ? "not used for a while, or the machine slept" : "not checked with the site yet";
}

}  // namespace

proto::session_info view(const session& s, const session_table& table, const keeper& keeping, wall_time wall)
{
    return view(s, table, keeping.look_at(s), wall);
}

proto::session_info view(
    const session& s, const session_table& table, const session_sight& seen, wall_time wall
)
{
    const auto& [at, rules, state] = seen;
    proto::session_info info;
    info.id = s.id;
    info.site = s.site.text();
    info.kind = s.kind == session_kind::human ? proto::kind::human : proto::kind::script;
    info.user = s.user;
    const bool is_locked = s.is_sealed && state != session_state::expired;
    info.state = is_locked ? proto::state::locked : word_for(state);
    if (is_locked)
        info.reason = table.lock_reason();
    else
        info.reason = reason_of(state, s.past, end_of(s.past, rules, at.now));
    info.is_default = table.is_default(s);
    info.created_at = unix_seconds(s.created);
    if (s.verified_wall)
        info.verified_at = unix_seconds(*s.verified_wall);
    if (const auto end = known_end(s.past, rules); end && s.past.verified)
        info.expires_at =
            unix_seconds(wall) + std::chrono::round<std::chrono::seconds>(*end - at.now).count();
    info.generation = s.generation;
    return info;
}

std::string_view word_for(session_state state) noexcept
{
    switch (state) {
        case session_state::valid:
            return proto::state::valid;
        case session_state::unverified:
            return proto::state::unverified;
        case session_state::expired:
            return proto::state::expired;
    }
    return proto::state::unverified;
}

std::string_view word_for(session_event event) noexcept
{
    switch (event) {
        case session_event::added:
            return proto::event::added;
        case session_event::renewed:
            return proto::event::renewed;
        case session_event::unverified:
            return proto::event::unverified;
        case session_event::expired:
            return proto::event::expired;
        case session_event::revoked:
            return proto::event::revoked;
        case session_event::locked:
            return proto::event::locked;
        case session_event::unlocked:
            return proto::event::unlocked;
        case session_event::became_default:
            return proto::event::became_default;
    }
    return {};
}

}  // namespace sgauth
