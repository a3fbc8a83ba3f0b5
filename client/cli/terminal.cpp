// SPDX-License-Identifier: Apache-2.0
#include "client/cli/terminal.hpp"

#include "client/cli/output.hpp"
#include "proto/status.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace sgauth::cli {

namespace {

// What a signal's handler has to know of the question that is being answered, if one is.
struct question {
    volatile std::sig_atomic_t fd = -1;
    volatile std::sig_atomic_t is_unseen = 0;
    const char* prompt = nullptr;
    std::size_t prompt_size = 0;
    termios before;
    termios unseen;
};
question asked;

void restore_echo() noexcept
{
    if (!asked.is_unseen)
        return;
    ::tcsetattr(asked.fd, TCSANOW, &asked.before);
    static_cast<void>(write_all(asked.fd, "\n"));
}

void end_now(int signal) noexcept
{
    restore_echo();
    if (signal == SIGINT)
        ::_exit(static_cast<int>(proto::status::cancelled));
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

// Ctrl-Z: the shell gets its terminal back in order; after `fg` the question stands there again, as unseen as
// before.
void pause_now(int) noexcept
{
    const int saved = errno;
    restore_echo();
    ::kill(::getpid(), SIGSTOP);
    if (asked.is_unseen)
        ::tcsetattr(asked.fd, TCSAFLUSH, &asked.unseen);
    if (asked.fd >= 0)
        static_cast<void>(write_all(asked.fd, {asked.prompt, asked.prompt_size}));
    errno = saved;
}

void handle(int signal, void (*handler)(int) noexcept)
{
    struct sigaction action{};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN)
        return;  // ignored by whoever started us (nohup): so it stays
    action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

// A question for as long as it is open. The prompt outlives it.
class open_question {
public:
    open_question(int fd, std::string_view prompt, echo mode)
    {
        asked.prompt = prompt.data();
        asked.prompt_size = prompt.size();
        asked.fd = fd;
        is_as_asked_ = mode == echo::on || hide();
    }
    ~open_question()
    {
        restore_echo();
        asked.is_unseen = 0;
        asked.fd = -1;
    }
    open_question(const open_question&) = delete;
    open_question& operator=(const open_question&) = delete;
    bool is_as_asked() const noexcept { return is_as_asked_; }

private:
    static bool hide() noexcept
    {
        if (::tcgetattr(asked.fd, &asked.before) != 0)
            return false;
        asked.unseen = asked.before;
        asked.unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
        // Said before it is done: a signal that comes in between has to restore what then is.
        std::atomic_signal_fence(std::memory_order_seq_cst);
        asked.is_unseen = 1;
        // Flushing takes what was typed ahead away: it may have been meant for somebody else.
        termios now{};  // success means that something was done, not all
        if (::tcsetattr(asked.fd, TCSAFLUSH, &asked.unseen) == 0 && ::tcgetattr(asked.fd, &now) == 0 &&
            (now.c_lflag & (ECHO | ECHONL)) == 0)
            return true;
        ::tcsetattr(asked.fd, TCSANOW, &asked.before);
        asked.is_unseen = 0;
        return false;
    }

    bool is_as_asked_ = false;
};

}  // namespace

terminal::terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY))
{
    if (is_open())
        end_politely_on_signals();
}

terminal::~terminal()
{
    if (is_open())
        ::close(fd_);
}

void terminal::say(std::string_view text)
{
    std::string line(text);
    static_cast<void>(write_all(fd_, line += '\n'));
}

reading terminal::ask(std::string_view prompt, echo mode, secret& out)
{
    const open_question now(fd_, prompt, mode);
    if (!now.is_as_asked())
        return reading::not_hidden;
    static_cast<void>(write_all(fd_, prompt));
    return read_line(fd_, out);
}

void end_politely_on_signals()
{
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        handle(signal, end_now);
    handle(SIGTSTP, pause_now);
}

reading read_line(int fd, secret& out)
{
    char line[max_answer_bytes];
    std::size_t size = 0;
    ssize_t taken = 0;
    char c = 0;
    // The rest of a line that is too long is taken too, as far as a terminal can hold one: it is nobody
    // else's.
    while (size < 2 * max_answer_bytes && ((taken = ::read(fd, &c, 1)) == 1 || (taken < 0 && errno == EINTR))
    ) {
        if (taken < 0)
            continue;
        if (c == '\n')
            break;
        if (size < sizeof line)
            line[size] = c;
        ++size;
    }
    const bool fits = size <= sizeof line;
    if (fits)
        out = secret(std::string_view(line, size));
    wipe(line, sizeof line);
    wipe(&c, sizeof c);
    return !fits ? reading::too_long : size == 0 ? reading::nothing : reading::line;
}

}  // namespace sgauth::cli
