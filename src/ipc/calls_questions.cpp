// SPDX-License-Identifier: Apache-2.0
//
// The calls of front ends that a person answers by, and refusals that are put on record.

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

late_reply refused_on_record(agent& daemon, conversation& from, proto::error_reply why)
{
    from.look();
    auto recording = daemon.record_refusal(from.who(), why);
    co_await std::move(recording);
    std::string out;
    proto::write_message(out, why);
    co_return std::move(out);
}

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
    outcome made;
    auto taken = call.daemon.answer_question(call.from.who(), parameters);
    if (taken) {
        proto::write_message(call.out, *taken);
        return made;
    }
    made.what = outcome::kind::waits;
    made.reply.emplace(refused_on_record(call.daemon, call.from, std::move(taken.error())));
    return made;
}

}  // namespace sgauth::ipc
