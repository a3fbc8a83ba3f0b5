// SPDX-License-Identifier: Apache-2.0
//
// The calls of front ends that a person answers by.

#include "proto/codec.hpp"
#include "proto/status.hpp"
#include "src/ipc/calls.hpp"

#include <utility>

namespace sgauth::ipc {

namespace {

template <class Call>
bool is_readable(const call_in_hand& call, Call& out)
{
    const std::string bad = proto::read(call.envelope.parameters, out);
    if (!bad.empty())
        write_error(call.out, proto::error_name::invalid_parameter, bad);
    return bad.empty();
}

}  // namespace

outcome watch_questions(const call_in_hand& call)
{
    outcome made;
    proto::watch_questions_call parameters;
    if (!is_readable(call, parameters) || call.envelope.oneway)
        return made;
    auto events = call.daemon.watch_questions(call.from.who());
    if (!events) {
        proto::write_message(call.out, events.error());
        return made;
    }
    made.what = outcome::kind::streams;
    made.events = std::make_unique<messages_of<proto::watch_questions_reply>>(std::move(*events));
    return made;
}

outcome answer_question(const call_in_hand& call)
{
    proto::answer_question_call parameters;
    if (!is_readable(call, parameters))
        return {};
    if (const auto taken = call.daemon.answer_question(call.from.who(), parameters))
        proto::write_message(call.out, *taken);
    else
        proto::write_message(call.out, taken.error());
    return {};
}

}  // namespace sgauth::ipc
