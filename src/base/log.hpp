#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The daemon's log: one line to stderr, with journald's <n> level prefix when stderr is the journal.
// Libraries log at debug or below; whoever handles a failure logs it, once. Never a secret, foreign text only
// through proto::printable.

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <string_view>
#include <utility>

namespace sgauth::log {

// Sets the process's log up. `level` is one of trace, debug, info, warning, error; another one gives info and
// false.
bool start(std::string_view level);

template <class... Args>
void trace(fmt::format_string<Args...> text, Args&&... args)
{
    spdlog::trace(text, std::forward<Args>(args)...);
}
template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args)
{
    spdlog::debug(text, std::forward<Args>(args)...);
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args)
{
    spdlog::info(text, std::forward<Args>(args)...);
}
template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args)
{
    spdlog::warn(text, std::forward<Args>(args)...);
}
template <class... Args>
void error(fmt::format_string<Args...> text, Args&&... args)
{
    spdlog::error(text, std::forward<Args>(args)...);
}

}  // namespace sgauth::log
