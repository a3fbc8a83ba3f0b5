// SPDX-License-Identifier: Apache-2.0
#include "src/agent/ask_person.hpp"

#include "src/agent/errors.hpp"
#include "src/policy/authorise.hpp"

namespace sgauth {

answer<std::unique_ptr<question_stream>> ask_person::watch(const caller& who)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    return state_.asking.watch(who);
}

answer<proto::answer_question_reply> ask_person::take(
    const caller& who, const proto::answer_question_call& call
)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        return std::unexpected(errors::from(leave.error()));
    if (const auto taken = state_.asking.answer(who, call.id, call.yes); !taken)
        return std::unexpected(errors::from(taken.error()));
    return proto::answer_question_reply{};
}

}  // namespace sgauth
