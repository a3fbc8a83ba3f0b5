// SPDX-License-Identifier: Apache-2.0
#include "src/agent/choose.hpp"

#include "proto/utf8.hpp"
#include "src/agent/errors.hpp"

#include <utility>

namespace sgauth {

namespace {

std::unexpected<proto::error_reply> no_default(const agent_state& state, const site_url& site)
{
    std::string users;
    for (const session* s : state.table.all())
        if (s->site == site)
            users += (users.empty() ? "" : ", ") + proto::printable(s->user);
    std::string message = users.empty() ? "nobody is logged in at " + site.text()
                                        : site.text() + " has no default user; run `sgauth default " +
                                              site.text() + " --user NAME`, or name one of: " + users;
    return std::unexpected(errors::no_session(std::move(message), &site, {}));
}

}  // namespace

answer<site_url> choose_site(const agent_state& state, const std::optional<std::string>& site)
{
    if (site) {
        auto parsed = site_url::parse(*site);
        if (!parsed)
            return std::unexpected(errors::invalid_site(*site, parsed.error().detail));
        return *parsed;
    }
    if (const auto& chosen = state.table.chosen_site())
        return *chosen;
    if (const std::string& set = state.configuration.values.default_site; !set.empty()) {
        auto parsed = site_url::parse(set);
        if (!parsed)
            return std::unexpected(errors::invalid_site(set, parsed.error().detail));
        return *parsed;
    }
    const std::vector<site_url>& sites = state.table.sites();
    if (sites.empty())
        return std::unexpected(errors::no_session("nobody is logged in", nullptr, {}));
    if (sites.size() > 1)
        return std::unexpected(errors::ambiguous_site(sites));
    return sites.front();
}

answer<const session*> choose_session(
    const agent_state& state, const std::optional<std::string>& site, const std::optional<std::string>& user
)
{
    const auto where = choose_site(state, site);
    if (!where)
        return std::unexpected(where.error());
    if (!user) {
        const session* s = state.table.default_of(*where);
        return s ? answer<const session*>(s) : no_default(state, *where);
    }
    if (const session* s = state.table.find_user(*where, *user))
        return s;
    if (const auto several = state.table.named(*where, *user); !several.empty())
        return std::unexpected(errors::ambiguous_user(*where, *user, several));
    return std::unexpected(errors::no_session(
        "no session of " + proto::printable(*user) + " at " + where->text(), &*where, *user
    ));
}

}  // namespace sgauth
