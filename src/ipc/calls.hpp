#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The methods of our two interfaces, each as a function from its parameters to its outcome: io.sgauth.Agent's
// in calls.cpp, org.varlink.service's in calls_service.cpp. dispatch.cpp alone uses it.

#include "proto/envelope.hpp"
#include "src/ipc/dispatch.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sgauth::ipc {

// A call that may be made, on its way to the agent. Gone before anything suspends, but for what is referred
// to.
struct call_in_hand {
    agent& daemon;
    conversation& from;
    const proto::call_envelope& envelope;
    std::string& out;
    std::string_view version;
    std::size_t connections;
};

struct method {
    std::string_view name;
    outcome (*run)(const call_in_hand& call);
    enum class peers { owner, anyone } open_to = peers::owner;  // anyone: root too, DESIGN.md 3
    enum class form { reply, stream } answers_by = form::reply;
    enum class names { no, yes } compares_processes = names::no;  // the caller's process has to be exact
    enum class judged { no, yes } judges_program = judged::no;    // the rules ask which program it is
};

// The method of that name; null if there is none. `interface` is known to be one of ours.
const method* find_method(std::string_view interface, std::string_view name) noexcept;

// The reply to a call that is refused, which is on record before that leaves: which program it was is looked
// at for that, as it is rare. Both outlive the wait.
late_reply refused_on_record(agent& daemon, conversation& from, proto::error_reply why);

// WatchQuestions and AnswerQuestion; with the above in calls_questions.cpp.
outcome watch_questions(const call_in_hand& call);
outcome answer_question(const call_in_hand& call);

// org.varlink.service's.
std::span<const method> service_methods() noexcept;

// Appends an error with the standard errors' one parameter.
void write_error(std::string& out, std::string_view name, std::string_view subject = {});

}  // namespace sgauth::ipc
