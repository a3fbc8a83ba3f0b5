// SPDX-License-Identifier: Apache-2.0
#include "daemon/desktop_words.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

namespace {

template <class T>
bool is(std::string_view line)
{
    return std::holds_alternative<T>(read_desktop_line(line));
}

}  // namespace

TEST_SUITE("daemon.desktop_words")
{
    TEST_CASE("what is none of the words means nothing")
    {
        for (const char* line :
             {"",
              " ",
              "Lock",
              "lock ",
              " lock",
              "locked",
              "unlock now",
              "there",
              "trouble",
              "trouble ",
              "troubles x",
              "lock\r"})
            CHECK(is<desktop_nonsense>(line));
        CHECK(is<desktop_nonsense>(std::string_view("lock\0", 5)));
    }

    TEST_CASE("each word")
    {
        CHECK(std::get<desktop_event>(read_desktop_line("lock")) == desktop_event::lock);
        CHECK(std::get<desktop_event>(read_desktop_line("unlock")) == desktop_event::unlock);
        CHECK(std::get<desktop_event>(read_desktop_line("sleep")) == desktop_event::sleep);
        CHECK(std::get<desktop_event>(read_desktop_line("wake")) == desktop_event::wake);
        CHECK(is<desktop_ready>("ready"));
        CHECK(is<desktop_no_delay>("no-delay"));
        CHECK(is<desktop_here>("here"));
    }

    TEST_CASE("a trouble is the bus's own text in part: it is made fit to be shown")
    {
        const auto said = read_desktop_line("trouble no bus: \x1b[31m at /run");
        CHECK(std::get<desktop_trouble>(said).why == "no bus: \\u{1b}[31m at /run");
        const auto much = read_desktop_line("trouble " + std::string(400, 'x'));
        CHECK(std::get<desktop_trouble>(much).why.size() <= 204);
    }
}
