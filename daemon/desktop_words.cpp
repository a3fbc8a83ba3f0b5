// SPDX-License-Identifier: Apache-2.0
#include "daemon/desktop_words.hpp"

#include "daemon/desktop_helper/words.hpp"
#include "proto/utf8.hpp"

namespace sgauth {

namespace {

constexpr std::size_t longest_trouble = 200;

}  // namespace

desktop_line read_desktop_line(std::string_view line)
{
    namespace words = desktop_helper;
    if (line == words::lock)
        return desktop_event::lock;
    if (line == words::unlock)
        return desktop_event::unlock;
    if (line == words::sleep)
        return desktop_event::sleep;
    if (line == words::wake)
        return desktop_event::wake;
    if (line == words::ready)
        return desktop_ready{};
    if (line == words::here)
        return desktop_here{};
    if (line == words::no_delay)
        return desktop_no_delay{};
    const std::size_t word = words::trouble.size();
    if (line.starts_with(words::trouble) && line.size() > word + 1 && line[word] == ' ')
        return desktop_trouble{proto::printable(line.substr(word + 1), longest_trouble)};
    return desktop_nonsense{};
}

}  // namespace sgauth
