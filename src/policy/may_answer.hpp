#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Who may answer for the person whether a program may have a credential. Pure. It goes by what the kernel
// tells without a race: the process and its executable's file. It sorts out honest programs, as rules by
// executable do: a hostile process of the same user can play a person at a front end.

#include "src/base/error.hpp"
#include "src/base/instant.hpp"
#include "src/policy/caller.hpp"
#include "src/policy/process_facts.hpp"

#include <chrono>
#include <optional>
#include <set>

namespace sgauth {

// Who answers faster has not read the question: a key that was meant for something else.
inline constexpr std::chrono::milliseconds reading_time{500};

// `program` is what asks, `askers` all of its processes that have waited for this answer; `shown` is when the
// question was sent to the process that answers, nothing if it was not. Leave, or errc::denied with the
// reason. A front end that is the program that asks is refused, but for `sgauth` itself, which asks in one
// process (`sgauth token`) and answers in another (`sgauth policy confirm`).
result<void> may_answer(
    const process_facts& program,
    const std::set<process_key>& askers,
    const caller& who,
    std::optional<boot_time> shown,
    boot_time now
);

}  // namespace sgauth
