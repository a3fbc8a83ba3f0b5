// SPDX-License-Identifier: Apache-2.0
#include "client/cli/output.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace sgauth::cli {

bool write_all(int fd, std::string_view bytes) noexcept
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

int print(std::string_view bytes, int code)
{
    if (write_all(STDOUT_FILENO, bytes))
        return code;
    // A reader that went away (`| head`) knows that it did.
    if (errno != EPIPE)
        complain(std::string("cannot write the result: ") + std::strerror(errno));
    return 1;
}

void complain(std::string_view text)
{
    std::string line = "sgauth: ";
    line.append(text) += '\n';
    static_cast<void>(write_all(STDERR_FILENO, line));  // nobody is left to tell
}

bool is_terminal(int fd) noexcept
{
    return ::isatty(fd) == 1;
}

bool wants_colour(int fd) noexcept
{
    const char* no_colour = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return !(no_colour && *no_colour) && term && std::strcmp(term, "dumb") != 0 && is_terminal(fd);
}

std::string bold(std::string_view text, bool colour)
{
    return colour ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string alarming(std::string_view text, bool colour)
{
    return colour ? "\x1b[1;33m" + std::string(text) + "\x1b[0m" : std::string(text);
}

}  // namespace sgauth::cli
