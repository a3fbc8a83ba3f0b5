#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a request is on record as: its entry, and the key by which repeats of it are known. Pure.

#include "proto/messages.hpp"
#include "src/policy/audit_entry.hpp"
#include "src/session/session.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

std::string key_of_hand_out(
    const caller& who, const session& s, std::string_view form, std::string_view state
);
// `state` as the wire has it; `why` it is unverified, if it is.
audit_entry entry_of_hand_out(
    const caller& who,
    const session& s,
    std::string_view form,
    std::string_view state,
    const std::optional<std::string>& why
);

// Whether a person would ask why. Not what a program got wrong in its call.
bool is_recorded(const proto::error_reply& refusal);
// `form` is what was asked for in vain; empty where no credential was.
std::string key_of_refusal(const caller& who, const proto::error_reply& refusal, std::string_view form = {});
// `meant` is the session that it is about, where there is one.
audit_entry entry_of_refusal(
    const caller& who, const proto::error_reply& refusal, const session* meant, std::string_view form = {}
);

// How a login ended, by its last step.
audit_entry entry_of_login(const caller& who, const proto::step& last);

}  // namespace sgauth
