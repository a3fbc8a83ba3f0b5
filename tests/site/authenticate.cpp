// SPDX-License-Identifier: Apache-2.0
#include "tests/site/authenticate.hpp"

#include <fmt/format.h>

namespace sgauth::stand_in {

namespace {
std::expected<identity, api_fault> by_password(site_model& site, const credentials& shown)
{
    auto who = site.people.check_password(
        *shown.login, *shown.password, shown.code ? &*shown.code : nullptr, site.settings, site.now()
    );
    if (!who)
        return std::unexpected(who.error());
    return identity{account_kind::human, (*who)->id, (*who)->login, "password", nullptr};
}

std::expected<identity, api_fault> by_script(site_model& site, const credentials& shown)
{
    auto found = site.people.check_script(*shown.script_name, *shown.script_key);
    if (!found)
        return std::unexpected(found.error());
    return identity{account_kind::script, (*found)->id, (*found)->name, "api_key", nullptr};
}

bool owner_is_active(site_model& site, const session_record& session)
{
    if (session.kind == account_kind::script) {
        const auto* owner = site.people.find_script(session.login);
        return owner && owner->is_active();
    }
    const auto* owner = site.people.find_person(session.account_id);
    return owner && owner->is_active();
}

std::expected<identity, api_fault> by_session(site_model& site, const credentials& shown)
{
    auto token = *shown.session_token;
    auto* session = site.tokens.find(token);
    // Without reject_if_expired a site tolerates an expired session (A.4): a client that forgets it is found
    // out.
    bool is_dead = !session || !owner_is_active(site, *session) ||
                   (shown.reject_if_expired && session->is_expired(site.settings, site.now()));
    if (is_dead)
        return std::unexpected(api_fault{
            102,
            fmt::format(
                "Can't authenticate session token ending with '{}'",
                token.size() > 4 ? token.substr(token.size() - 4) : std::string_view()
            )
        });
    return identity{session->kind, session->account_id, session->login, "session_token", session};
}

std::expected<identity, api_fault> act_as(site_model& site, std::string_view login, identity who)
{
    auto* target = site.people.find_person(login);
    if (!target || !same_ignoring_case(target->login, login))
        return std::unexpected(
            api_fault{102, fmt::format("Cannot 'sudo' - unknown or retired user '{}'", login)}
        );
    if (!target->is_active())
        return std::unexpected(api_fault{102, fmt::format("Cannot 'sudo' - inactive account '{}'", login)});
    if (!target->can_impersonate_this_user)
        return std::unexpected(api_fault{102, fmt::format("Cannot 'sudo' - not allowed for '{}'", login)});
    who.kind = account_kind::human;
    who.id = target->id;
    who.login = target->login;
    return who;
}
}  // namespace

std::expected<identity, api_fault> authenticate(site_model& site, const credentials& shown)
{
    std::expected<identity, api_fault> who =
        std::unexpected(api_fault{103, "Missing or invalid authentication arguments"});
    if (shown.login && shown.password)
        who = by_password(site, shown);
    else if (shown.script_name && shown.script_key)
        who = by_script(site, shown);
    else if (shown.session_token)
        who = by_session(site, shown);
    if (who && shown.sudo_as_login)
        return act_as(site, *shown.sudo_as_login, std::move(*who));
    return who;
}

std::string session_for(site_model& site, const identity& who)
{
    if (who.session)
        return who.session->token;
    return site.tokens.create(who.kind, who.id, who.login, site.settings, site.now()).token;
}

}  // namespace sgauth::stand_in
