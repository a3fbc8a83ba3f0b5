// SPDX-License-Identifier: Apache-2.0
#include "src/policy/authorise.hpp"

#include "src/session/session.hpp"

namespace sgauth {

result<void> authorise(const caller& who, request_kind what, const session*, std::string_view)
{
    if (who.role == caller_role::administrator && what != request_kind::administer)
        return fail(
            errc::denied, "root may revoke, list and see the status of another user's sessions, nothing else"
        );
    return {};
}

wanted_credential wanted_of(const session& which, std::string_view form)
{
    wanted_credential wanted{which.site.text(), which.aliases, std::string(form)};
    wanted.users.push_back(fold(which.user));
    return wanted;
}

verdict authorise_credential(
    const caller& who, const session& which, std::string_view form, std::span<const policy_rule> rules
)
{
    if (const auto leave = authorise(who, request_kind::use, &which, form); !leave)
        return {rule_action::deny, nullptr, leave.error().detail};
    if (rules.empty())
        return {};
    static const process_facts nobody_looked = [] {
        process_facts none;
        none.why_unknown = "it was not looked at";
        return none;
    }();
    return decide(who.facts ? *who.facts : nobody_looked, wanted_of(which, form), rules);
}

}  // namespace sgauth
