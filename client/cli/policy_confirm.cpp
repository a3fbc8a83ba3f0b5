// SPDX-License-Identifier: Apache-2.0
#include "client/cli/policy_confirm.hpp"

#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/policy_text.hpp"
#include "client/cli/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <deque>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace sgauth::cli {

namespace {

// Who types earlier has not read the question. The daemon takes no answer that comes earlier either.
constexpr std::chrono::milliseconds reading_time{500};

void end_well(int)
{
    ::_exit(0);
}

using question = proto::watch_questions_reply;

class desk {
public:
    int run();

private:
    enum class found { line, gone, failed };

    bool take_events(client::time_point until);
    void take(question event);
    void drop(const question& which);
    bool is_open(const question& asked) const;
    found wait_and_read(const question& asked, bool& yes);
    bool put(const question& asked);
    bool settle(const question& asked, bool yes);

    terminal person_;
    client::channel questions_{client::own_target(client::autostart::yes, client::daemon_first::beside_us)};
    // The watch's connection reads nothing more.
    client::channel answers_{client::own_target(client::autostart::no)};
    std::deque<question> open_;
    client::call_failure why_;
};

// Until one comes that changes something, or the time is over. False: `why_` says.
bool desk::take_events(client::time_point until)
{
    question event;
    switch (questions_.next_question(event, until, why_)) {
        case client::watch_result::failed:
            return false;
        case client::watch_result::nothing_yet:
            return true;
        case client::watch_result::event:
            take(std::move(event));
    }
    // What else is there already.
    while (questions_.next_question(event, {}, why_) == client::watch_result::event)
        take(std::move(event));
    return questions_.descriptor() >= 0;
}

void desk::take(question event)
{
    namespace word = proto::question_event;
    if (event.event == word::ask)
        open_.push_back(std::move(event));
    else if (event.event == word::missed)
        person_.say(
            "missed: " + question_text(event) +
            "\n  it cannot wait for a person: run it again so that it can (`sgauth token --prompt`)"
        );
    else if (event.event == word::gone)
        drop(event);
}

void desk::drop(const question& which)
{
    const auto is_it = [&](const question& one) { return one.id == which.id; };
    open_.erase(std::remove_if(open_.begin(), open_.end(), is_it), open_.end());
}

bool desk::is_open(const question& asked) const
{
    return std::any_of(open_.begin(), open_.end(), [&](const question& one) { return one.id == asked.id; });
}

// Waits for a line, or for the question's end.
desk::found desk::wait_and_read(const question& asked, bool& yes)
{
    for (;;) {
        pollfd both[] = {{person_.descriptor(), POLLIN, 0}, {questions_.descriptor(), POLLIN, 0}};
        if (::poll(both, 2, -1) < 0 && errno != EINTR)
            return found::failed;
        if (both[1].revents != 0 && !take_events({}))
            return found::failed;
        if (!is_open(asked))
            return found::gone;
        if (both[0].revents == 0)
            continue;
        char line[64];  // a longer one is no yes
        const ssize_t size = ::read(person_.descriptor(), line, sizeof line);
        yes = size > 0 && is_yes({line, static_cast<std::size_t>(size)});
        return found::line;
    }
}

// One question, from its showing to its end.
bool desk::put(const question& asked)
{
    person_.say(question_text(asked));
    const auto readable = std::chrono::steady_clock::now() + reading_time;
    while (std::chrono::steady_clock::now() < readable && is_open(asked))
        if (!take_events(readable))
            return false;
    bool yes = false;
    found how = found::gone;
    if (is_open(asked)) {
        ::tcflush(person_.descriptor(), TCIFLUSH);
        static_cast<void>(write_all(person_.descriptor(), "Hand it out? [y/N] "));
        how = wait_and_read(asked, yes);
    }
    if (how == found::gone)
        person_.say("\nnobody waits for this any more");
    return how == found::line ? settle(asked, yes) : how == found::gone;
}

bool desk::settle(const question& asked, bool yes)
{
    proto::answer_question_call call;
    call.id = asked.id.value_or("");
    call.yes = yes;
    const bool is_taken = answers_.call(call, deadline_in(at_once), why_);
    drop(asked);
    if (is_taken)
        person_.say(yes ? "allowed" : "refused");
    else
        person_.say("not taken: " + failure_line(why_, 0));
    return is_taken || why_.status != proto::status::no_daemon;
}

int desk::run()
{
    if (!person_.is_open())
        return report(
            failure(proto::status::failed, proto::error_name::failed, "there is no terminal to ask on"),
            as::text
        );
    std::signal(SIGINT, end_well);
    std::signal(SIGTERM, end_well);
    if (!questions_.start_question_watch(deadline_in(at_once), why_))
        return report(why_, as::text);
    person_.say("waiting for questions; Ctrl-C ends this");
    for (;;) {
        constexpr std::chrono::hours for_long{1};  // then waits again: silence is good news
        const bool goes_on =
            open_.empty() ? take_events(deadline_in(for_long)) : put(question(open_.front()));
        if (!goes_on)
            return report(why_, as::text);
    }
}

}  // namespace

bool is_yes(std::string_view typed) noexcept
{
    while (!typed.empty() && (typed.back() == '\n' || typed.back() == '\r' || typed.back() == ' '))
        typed.remove_suffix(1);
    while (!typed.empty() && typed.front() == ' ')
        typed.remove_prefix(1);
    return typed == "y" || typed == "Y" || typed == "yes" || typed == "Yes" || typed == "YES";
}

int confirm_questions()
{
    return desk().run();
}

}  // namespace sgauth::cli
