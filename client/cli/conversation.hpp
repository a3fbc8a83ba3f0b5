#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A login, carried between the daemon and the person: the daemon's steps are shown on the terminal, answers
// come from there or from stdin. What is asked, and how often, is the daemon's decision alone.

#include "client/cli/report.hpp"
#include "client/cli/terminal.hpp"
#include "client/lib/channel.hpp"

#include <string>

namespace sgauth::cli {

class conversation {
public:
    // Which answers stdin has, a line each, in the order they are asked for. None of them is asked for on the
    // terminal.
    struct from_stdin {
        bool password = false;
        bool code = false;
        bool key = false;
    };

    // Uses `daemon` until it ends; the login ends with that connection.
    conversation(client::channel& daemon, from_stdin given) : daemon_(daemon), stdin_(given) {}

    // Runs it to its end. True: `session` is logged in. False: why not; cancelled by the person, too.
    [[nodiscard]] bool run(
        proto::begin_login_call begin, proto::session_info& session, client::call_failure& why
    );
    // After a good end: it was there before, nothing was asked.
    bool was_there_already() const noexcept { return answers_ == 0; }

private:
    bool next(const std::string& login, proto::step& step, client::call_failure& why);
    bool find_answer(const proto::step& step, secret& out, client::call_failure& why);
    bool take_line(bool& used, const proto::step& step, secret& out, client::call_failure& why);
    bool ask(const proto::step& step, secret& out, client::call_failure& why);
    bool choose(const proto::step& step, secret& out, client::call_failure& why);
    void wait_a_little(const proto::step& step);
    void show_texts(const proto::step& step);

    client::channel& daemon_;
    const from_stdin stdin_;
    from_stdin used_;  // which of them were taken
    terminal terminal_;
    std::string shown_;  // the last message, not to be said twice
    unsigned answers_ = 0;
};

// What the terminal shows before a step's answer: "Password: ", "Login [jane]: ".
std::string prompt_of(const proto::step& step);

// The choice that a person meant by "2"; null if none.
const proto::choice* choice_of(const proto::step& step, std::string_view typed) noexcept;

}  // namespace sgauth::cli
