#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What `sgauth policy test` and `sgauth policy confirm` say.

#include "proto/messages.hpp"

#include <cstdint>
#include <string>

namespace sgauth::cli {

// The call's parameters as JSON.
std::string policy_parameters(const proto::test_policy_call& call);
// What a person has to know of an open question, or of one that could not be asked: two lines, without an
// end.
std::string question_text(const proto::watch_questions_reply& event);

// The verdict, why, what is known of the process, and what rules by executable cannot do.
std::string policy_page(std::int64_t pid, const proto::test_policy_reply& reply);

}  // namespace sgauth::cli
