// SPDX-License-Identifier: Apache-2.0
#include "src/agent/status.hpp"

#include "src/agent/choose.hpp"
#include "src/agent/errors.hpp"
#include "src/policy/authorise.hpp"

#include <spdlog/fmt/fmt.h>

#include <unistd.h>

namespace sgauth {

namespace {

std::string_view word_for(renew_when when)
{
    switch (when) {
        case renew_when::on_use:
            return "on-use";
        case renew_when::always:
            return "always";
        case renew_when::never:
            return "never";
    }
    return "on-use";
}

std::string_view word_for(renewal_word word)
{
    switch (word) {
        case renewal_word::assumed:
            return "assumed";
        case renewal_word::confirmed:
            return "confirmed";
        case renewal_word::not_working:
            return "not_working";
    }
    return "assumed";
}

std::string_view word_for(window_source source)
{
    switch (source) {
        case window_source::assumed:
            return "assumed";
        case window_source::site:
            return "site";
        case window_source::observed:
            return "observed";
    }
    return "assumed";
}

}  // namespace

answer<proto::status_reply> status::operator()(const caller& who) const
{
    if (const auto leave = authorise(who, request_kind::administer, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    const settings& set = state_.configuration.values;
    proto::status_reply reply;
    reply.version = SGAUTH_VERSION;
    reply.pid = ::getpid();
    reply.started_at = started_.time_since_epoch().count();
    const vault_account account = state_.store.account();
    reply.storage = account.storage;
    if (!account.place.empty()) {
        reply.key_place = account.place;
        reply.key_place_why = account.why;
    }
    if (const auto& locked = state_.store.locked()) {
        reply.locked = true;
        reply.lock_reason = locked->reason;
    }
    reply.follows_desktop = state_.desktop.follows();
    if (account.wants_passphrase)
        reply.passphrase = account.wants_new_passphrase ? "new" : "needed";
    reply.renewal_policy = word_for(set.common.renewal.policy);
    reply.sessions = static_cast<std::int64_t>(state_.table.size());
    if (const auto site = choose_site(state_, std::nullopt))
        reply.default_site = site->text();
    for (const site_url& site : state_.table.sites())
        reply.sites.push_back(of_site(site));
    for (const provenance& p : state_.configuration.sources)
        reply.settings.push_back({p.key, p.value, p.source});
    reply.problems = state_.configuration.problems;
    reply.problems.insert(reply.problems.end(), state_.notices.begin(), state_.notices.end());
    reply.problems.insert(reply.problems.end(), account.problems.begin(), account.problems.end());
    for (const proto::site_status& site : reply.sites)
        if (site.renewal == word_for(renewal_word::not_working))
            reply.problems.push_back(fmt::format(
                "{} does not prolong sessions when they are used: they end {} after the login, set "
                "renewal.idle_window to what the site's preferences say",
                site.site,
                fmt::format("{} minutes", site.idle_window_s / 60)
            ));
    if (auto problem = state_.desktop.problem())
        reply.problems.push_back(std::move(*problem));
    if (auto problem = state_.audit.problem())
        reply.problems.push_back(std::move(*problem));
    if (state_.revoking.pending() > 0)
        reply.problems.push_back(fmt::format(
            "{} revoked session(s) could not be ended at their site yet; it is tried again",
            state_.revoking.pending()
        ));
    return reply;
}

proto::site_status status::of_site(const site_url& site) const
{
    proto::site_status out;
    out.site = site.text();
    for (const session* s : state_.table.all())
        out.sessions += s->site == site ? 1 : 0;
    const renewal_section& set = state_.configuration.values.for_site(site.text()).renewal;
    const site_habits* known = state_.table.known_habits(site);
    const site_habits habits = known ? *known : site_habits();
    out.idle_window_s = (set.idle_window ? *set.idle_window : habits.idle_window).count();
    out.idle_window_from = set.idle_window ? "settings" : word_for(habits.from);
    out.renewal = word_for(habits.renewal);
    return out;
}

}  // namespace sgauth
