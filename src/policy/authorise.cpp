// SPDX-License-Identifier: Apache-2.0
#include "src/policy/authorise.hpp"

namespace sgauth {

result<void> authorise(const caller& who, request_kind what, const session*, std::string_view)
{
    if (who.role == caller_role::administrator && what != request_kind::administer)
        return fail(
            errc::denied, "root may revoke, list and see the status of another user's sessions, nothing else"
        );
    return {};
}

}  // namespace sgauth
