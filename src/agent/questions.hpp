#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The questions that a person is to answer: whether a program may have a credential that a rule wants
// confirmed. One question for all who wait for the same answer (confirmation_key); each waits with its own
// deadline. No answer is a no. Remembers what was said yes to until it is told to forget. What front ends are
// told is question_board's business.

#include "src/agent/question_board.hpp"
#include "src/base/clock.hpp"
#include "src/base/error.hpp"
#include "src/base/task_group.hpp"
#include "src/policy/caller.hpp"
#include "src/policy/confirmations.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace sgauth {

// How a question ended.
enum class said {
    yes,
    no,
    nobody,     // nobody answered in time
    withdrawn,  // something was locked or wiped: look again
};

class questions {
public:
    // Who has not answered by then is not there. The asker's own deadline may be earlier.
    static constexpr std::chrono::minutes longest_open{2};

    // All outlive it; `tasks` ends before `time`.
    questions(time_source& time, task_group& tasks, boost::asio::any_io_executor executor);
    ~questions();
    questions(const questions&) = delete;
    questions& operator=(const questions&) = delete;

    bool remembers(const confirmation_key& key) const { return given_.remembers(key); }
    // Suspends until the question that `about` is has ended, `longest_open` at the most; asks it if nobody
    // does. Cancelled, it throws operation_aborted and ends this wait alone; the last to leave takes the
    // question along.
    boost::asio::awaitable<result<said>> ask(question about);
    // A caller that cannot wait was refused: told to those who watch, and for a while to those who come.
    void miss(question about) { board_->miss(std::move(about)); }
    // Whether a front end hears of it at once, one that is not the asker itself: then nobody else has to be
    // told.
    bool is_watched_for(const process_key& asker) { return board_->is_watched_for(asker); }
    // The person's word. errc::denied as may_answer() says; errc::failed if the question is gone.
    result<void> answer(const caller& who, const std::string& id, bool yes);
    // What a front end of `who` has to know, from now on.
    std::unique_ptr<question_stream> watch(const caller& who) { return board_->watch(who); }
    // Forgets every yes, and ends every question as withdrawn.
    void forget();

private:
    struct open;
    class seat;
    struct table;

    static void end(table& all, const std::shared_ptr<open>& which, said how);
    std::shared_ptr<open> join(question about);
    static boost::asio::awaitable<void> give_up(
        time_source& time, std::shared_ptr<table> all, std::shared_ptr<open> which
    );

    time_source& time_;
    task_group& tasks_;
    boost::asio::any_io_executor executor_;
    confirmations given_;
    std::shared_ptr<question_board> board_;
    std::shared_ptr<table> table_;  // who waits may outlive this
};

}  // namespace sgauth
