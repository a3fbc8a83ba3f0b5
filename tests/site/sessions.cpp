// SPDX-License-Identifier: Apache-2.0
#include "tests/site/sessions.hpp"

#include "tests/site/message.hpp"
#include "tests/site/tokens.hpp"

#include <algorithm>

namespace sgauth::stand_in {

namespace {
constexpr std::size_t token_bytes = 16;

std::int64_t milliseconds_of(site_time time)
{
    return time.time_since_epoch().count();
}

bool is_chosen(const session_record& each, std::string_view token, std::string_view login)
{
    return !each.revoked && (token.empty() || each.token == token) &&
           (login.empty() || same_ignoring_case(each.login, login));
}
}  // namespace

std::optional<site_time> session_record::forced_end(const site_settings& settings) const
{
    if (settings.force_expires_seconds <= 0)
        return std::nullopt;
    return created_at + std::chrono::seconds(settings.force_expires_seconds);
}

site_time session_record::expires_at(const site_settings& settings) const
{
    site_time idle_end = slid_at + std::chrono::seconds(settings.session_seconds);
    return std::min(idle_end, forced_end(settings).value_or(idle_end));
}

session_record& sessions::create(
    account_kind kind,
    std::int64_t account_id,
    std::string login,
    const site_settings& settings,
    site_time now
)
{
    if (settings.one_session_per_login)
        revoke({}, login);
    session_record made;
    made.token = random_hex(token_bytes);
    made.kind = kind;
    made.account_id = account_id;
    made.login = std::move(login);
    made.created_at = made.slid_at = made.last_used = made.licence_at = now;
    return records_.emplace_back(std::move(made));
}

session_record* sessions::find(std::string_view token) noexcept
{
    auto found = std::ranges::find(records_, token, &session_record::token);
    return found == records_.end() || found->revoked ? nullptr : &*found;
}

void sessions::use(session_record& session, std::optional<std::chrono::seconds> granularity, site_time now)
{
    session.last_used = now;
    ++session.uses;
    if (granularity && now - session.slid_at >= *granularity)
        session.slid_at = now;
}

std::size_t sessions::expire(
    std::string_view token, std::string_view login, const site_settings& settings, site_time now
)
{
    std::size_t count = 0;
    for (auto& each : records_) {
        if (!is_chosen(each, token, login))
            continue;
        each.slid_at = std::min(each.slid_at, now - std::chrono::seconds(settings.session_seconds));
        ++count;
    }
    return count;
}

std::size_t sessions::revoke(std::string_view token, std::string_view login)
{
    std::size_t count = 0;
    for (auto& each : records_) {
        if (!is_chosen(each, token, login))
            continue;
        each.revoked = true;
        ++count;
    }
    return count;
}

void sessions::write(proto::json_writer& out, const site_settings& settings, site_time now) const
{
    out.begin_array();
    for (const auto& each : records_) {
        out.begin_object().member("token", each.token);
        out.member("kind", each.kind == account_kind::human ? "human" : "script");
        out.member("login", each.login).member("account_id", each.account_id);
        out.member("created_at_ms", milliseconds_of(each.created_at));
        out.member("last_used_ms", milliseconds_of(each.last_used));
        out.member("expires_at_ms", milliseconds_of(each.expires_at(settings)));
        out.member("expired", each.is_expired(settings, now)).member("revoked", each.revoked);
        out.member("uses", each.uses).end_object();
    }
    out.end_array();
}

}  // namespace sgauth::stand_in
