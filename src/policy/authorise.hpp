#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The one question before anything is handed out or changed: may this caller? Pure.

#include "src/base/error.hpp"
#include "src/policy/caller.hpp"
#include "src/policy/decide.hpp"

#include <span>
#include <string_view>

namespace sgauth {

struct session;

// What is wanted of the daemon, as far as it matters for leave. A credential has a question of its own below.
enum class request_kind {
    use,         // who is the user, watching, logging in, choosing the default
    administer,  // revoking, listing, the daemon's status
};

// Asked before anything is changed or told, and again after a wait; `which` is the session that it is about
// and `form` the credential's form, null and empty where it is about none. Leave, or errc::denied with the
// reason. The daemon's own user may do all; root may administer, nothing else: it could take what it wants
// anyway, but an administrator's script must not come to hold a credential by accident.
result<void> authorise(const caller& who, request_kind what, const session* which, std::string_view form);

// Asked before a credential is handed out, and again after a wait: the caller's role first, then the first
// rule that applies. A caller whose program nobody looked at (caller::facts) is one that cannot be told.
verdict authorise_credential(
    const caller& who, const session& which, std::string_view form, std::span<const policy_rule> rules
);

// The names of that session and form as rules know them.
wanted_credential wanted_of(const session& which, std::string_view form);

}  // namespace sgauth
