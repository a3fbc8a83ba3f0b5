// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_words.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace std::chrono_literals;

TEST_SUITE("settings.words")
{
    TEST_CASE("what is not one whole number and a unit is no duration")
    {
        for (const char* bad :
             {"",
              "s",
              "30",
              "30 s",
              " 30s",
              "30s ",
              "-1s",
              "+1s",
              "1.5h",
              "1h30m",
              "30S",
              "30sec",
              "1w",
              "0x1s",
              "s30",
              "9223372036854775807d",
              "99999999999999999999s"}) {
            CAPTURE(bad);
            CHECK_FALSE(parse_duration(bad));
        }
    }

    TEST_CASE("each unit is read as what it is")
    {
        CHECK(parse_duration("500ms") == 500ms);
        CHECK(parse_duration("30s") == 30s);
        CHECK(parse_duration("5m") == 5min);
        CHECK(parse_duration("24h") == 24h);
        CHECK(parse_duration("30d") == std::chrono::days(30));
        CHECK(parse_duration("0s") == 0s);
        CHECK(parse_duration("9223372036854775807ms") == std::chrono::milliseconds::max());
        CHECK_FALSE(parse_duration("9223372036854775808ms"));
    }

    TEST_CASE("durations are shown in the largest unit that is exact, and read back the same")
    {
        for (const char* text :
             {"0s", "1ms", "1500ms", "1s", "90s", "1m", "12h", "24h", "25h", "2d", "30d"}) {
            CAPTURE(text);
            CHECK(duration_text(*parse_duration(text)) == text);
        }
        CHECK(duration_text(86'400s) == "24h");
        CHECK(duration_text(3'600s) == "1h");
    }

    TEST_CASE("a guess is made at a slip of the finger, not at another word")
    {
        CHECK(nearest_word("polcy", {"policy", "keep_for"}) == "policy");
        CHECK(nearest_word("ploicy", {"policy", "keep_for"}) == "policy");
        CHECK(nearest_word("timeout_", {"timeout"}) == "timeout");
        CHECK(nearest_word("keepfor", {"policy", "keep_for"}) == "keep_for");
        CHECK_FALSE(nearest_word("colour", {"policy", "keep_for"}));
        CHECK_FALSE(nearest_word("", {"abc"}));
        CHECK_FALSE(nearest_word("x", {"y"}));
        CHECK_FALSE(nearest_word(std::string(100'000, 'a'), {"policy"}));
    }
}
