#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The part of messages.hpp by which a person is asked whether a program may have a credential.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth::proto {

struct watch_questions_call {
    static constexpr std::string_view method = "WatchQuestions";
};
struct watch_questions_reply {
    std::string event;
    std::optional<std::string> id;
    std::optional<std::string> executable;
    std::optional<std::int64_t> pid;
    std::optional<std::string> unit;
    std::optional<std::string> site;
    std::optional<std::string> user;
    std::optional<std::string> form;
    std::optional<std::string> rule;
    std::optional<std::string> reason;
    std::optional<std::int64_t> asked_at;
};

struct answer_question_call {
    static constexpr std::string_view method = "AnswerQuestion";
    std::string id;
    bool yes = false;
};
struct answer_question_reply {};

}  // namespace sgauth::proto
