#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What front ends are told of the questions (questions.hpp), each as a stream: those that are open, those
// that ended, and those that could not be asked.

#include "src/agent/agent.hpp"
#include "src/base/clock.hpp"
#include "src/policy/confirmations.hpp"
#include "src/policy/process_facts.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sgauth {

// What a person has to know to answer.
struct question {
    confirmation_key key;
    process_facts program;  // the first process that asked
    std::string site;
    std::string user;
    std::string rule;  // where it stands
    std::string why;   // a sentence
};

class question_board {
public:
    // Enough for a person to see what goes on; no program may fill the memory by asking.
    static constexpr std::size_t most_missed = 20;
    // How often the same is told again.
    static constexpr std::chrono::minutes told_again_after{1};

    // `time` outlives every stream's use.
    question_board(time_source& time, boost::asio::any_io_executor executor);

    void ask(const std::string& id, const question& about);
    void gone(const std::string& id);
    void miss(question about);

    // Begins with the missed ones and the open ones, then `synced`.
    std::unique_ptr<question_stream> watch(const caller& who);
    // Whether a front end that is not `asker` listens.
    bool is_watched_for(const process_key& asker);
    // When that question was last sent to that process; nothing if it was not, or over a stream that has
    // ended.
    std::optional<boot_time> shown_at(const process_key& to, const std::string& id) const;

private:
    class stream;
    struct watcher;
    struct missed {
        confirmation_key key;
        boot_time at;
        proto::watch_questions_reply told;
    };

    proto::watch_questions_reply face_of(std::string_view event, const std::string& id, const question& about)
        const;
    std::vector<std::shared_ptr<watcher>> watchers();

    time_source& time_;
    boost::asio::any_io_executor executor_;
    std::map<std::string, proto::watch_questions_reply> open_;  // by id
    std::deque<missed> missed_;                                 // the oldest first
    std::vector<std::weak_ptr<watcher>> watchers_;
};

}  // namespace sgauth
