#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The person's terminal, /dev/tty, wherever stdin and stdout go. Secrets are typed unseen; the terminal is as
// it was afterwards, also when a signal ends or stops the program meanwhile.

#include "proto/secret.hpp"

#include <string>
#include <string_view>

namespace sgauth::cli {

// How much is taken for one answer. A terminal's own limit for a line is 4,095.
inline constexpr std::size_t max_answer_bytes = 4000;

enum class echo { on, off };
enum class reading { line, nothing, too_long, not_hidden };

class terminal {
public:
    // Opens it; there is none if the program runs without.
    terminal();
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;
    ~terminal();

    bool is_open() const noexcept { return fd_ >= 0; }
    // To wait for what is typed; owned by this.
    int descriptor() const noexcept { return fd_; }
    // One line to the terminal.
    void say(std::string_view text);
    // Shows the prompt and waits for a line, without its end. nothing: an empty line, or the end of the
    // input. not_hidden: the terminal would show a secret, so nothing was asked.
    reading ask(std::string_view prompt, echo mode, secret& out);

private:
    int fd_ = -1;
};

// From here on Ctrl-C ends the program with 130, as cancelled, and each deadly signal leaves the terminal as
// it was.
void end_politely_on_signals();

// One line from a descriptor, without its end, and not a byte further: what follows is the next one's.
reading read_line(int fd, secret& out);

}  // namespace sgauth::cli
