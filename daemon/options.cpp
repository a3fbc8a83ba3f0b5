// SPDX-License-Identifier: Apache-2.0
#include "daemon/options.hpp"

#include "proto/utf8.hpp"

#include <spdlog/fmt/fmt.h>

#include <charconv>
#include <string_view>

namespace sgauth {

const char* const usage = R"(usage: sgauthd [--socket PATH] [--config FILE] [--version] [--help]

Holds this user's sessions of Flow Production Tracking sites. Stays in the foreground, logs to stderr.

  --socket PATH   listen here instead of the usual place (see SGAUTH_SOCKET)
  --config FILE   read this instead of the two usual settings files
  --ready-fd N    write one byte to the open descriptor N when listening
  --version       print the version and end

SIGTERM stops it, SIGHUP reads the settings again, SIGUSR1 wipes every credential.
SGAUTH_LOG is trace, debug, info, warning or error.
)";

namespace {

std::unexpected<error> bad(std::string_view what, std::string_view argument)
{
    return fail(errc::invalid, fmt::format("{} {}", what, proto::printable(argument)));
}

// 0, 1 and 2 are the process's own.
bool read_descriptor(std::string_view text, int& out)
{
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, out);
    return read.ec == std::errc() && read.ptr == end && out > 2;
}

}  // namespace

result<options> read_options(std::span<const char* const> arguments, const environment& variable)
{
    options made;
    if (const char* level = variable("SGAUTH_LOG"); level && *level)
        made.log_level = level;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        const std::size_t equals = argument.find('=');
        const std::string_view name = argument.substr(0, equals);
        if (argument == "--version" || argument == "--help") {
            (argument == "--version" ? made.version : made.help) = true;
            continue;
        }
        if (name != "--socket" && name != "--config" && name != "--ready-fd")
            return bad("no such option:", argument);
        if (equals == std::string_view::npos && i + 1 == arguments.size())
            return bad("a value has to follow", argument);
        const std::string_view value =
            equals == std::string_view::npos ? arguments[++i] : argument.substr(equals + 1);
        if (name == "--ready-fd" && !read_descriptor(value, made.ready_fd))
            return bad("--ready-fd wants an open descriptor's number, not", value);
        if (name != "--ready-fd" && !value.starts_with('/'))
            return bad(fmt::format("{} wants an absolute path, not", name), value);
        if (name == "--socket")
            made.socket = value;
        else if (name == "--config")
            made.config = value;
    }
    return made;
}

}  // namespace sgauth
