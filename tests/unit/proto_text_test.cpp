// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "proto/utf8.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace sgauth::proto;
using namespace std::string_view_literals;

TEST_SUITE("proto.utf8")
{
    TEST_CASE("what RFC 3629 does not allow has no length")
    {
        for (const std::string_view bad :
             {""sv,
              "\x80"sv,
              "\xbf"sv,
              "\xc0\xaf"sv,
              "\xc1\xbf"sv,
              "\xc2"sv,
              "\xc2\x41"sv,
              "\xe0\x9f\xbf"sv,
              "\xe2\x82"sv,
              "\xed\xa0\x80"sv,
              "\xed\xbf\xbf"sv,
              "\xf0\x8f\xbf\xbf"sv,
              "\xf0\x9f\x98"sv,
              "\xf4\x90\x80\x80"sv,
              "\xf5\x80\x80\x80"sv,
              "\xff"sv,
              "\xfe"sv}) {
            CAPTURE(bad.size());
            CHECK(utf8_length(bad) == 0);
        }
    }

    TEST_CASE("the first and last of each length are read")
    {
        CHECK(utf8_length("\0"sv) == 1);
        CHECK(utf8_length("\x7f"sv) == 1);
        CHECK(utf8_length("\xc2\x80"sv) == 2);
        CHECK(utf8_length("\xdf\xbf"sv) == 2);
        CHECK(utf8_length("\xe0\xa0\x80"sv) == 3);
        CHECK(utf8_length("\xed\x9f\xbf"sv) == 3);
        CHECK(utf8_length("\xee\x80\x80"sv) == 3);
        CHECK(utf8_length("\xef\xbf\xbf"sv) == 3);
        CHECK(utf8_length("\xf0\x90\x80\x80"sv) == 4);
        CHECK(utf8_length("\xf4\x8f\xbf\xbf"sv) == 4);
    }
}

TEST_SUITE("proto.is_utf8")
{
    TEST_CASE("a text is UTF-8 from its first byte to its last")
    {
        for (const std::string_view good : {""sv, "plain"sv, "a\0b"sv, "caf\xc3\xa9"sv, "\xf0\x9f\x98\x80"sv})
            CHECK(is_utf8(good));
        for (const std::string_view bad :
             {"\xff"sv, "caf\xe9"sv, "caf\xc3"sv, "\xe9t\xc3\xa9"sv, "a\xed\xa0\x80z"sv})
            CHECK_FALSE(is_utf8(bad));
    }
}

TEST_SUITE("proto.printable")
{
    TEST_CASE("what could fool a terminal or a reader is escaped")
    {
        CHECK(printable("\x1b[31mred"sv) == "\\u{1b}[31mred");
        CHECK(printable("a\nb\tc\0d"sv) == "a\\u{0a}b\\u{09}c\\u{00}d");
        CHECK(printable("\x7f\xc2\x9b"sv) == "\\u{7f}\\u{9b}");
        CHECK(
            printable("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c\xef\xbb\xbf"sv) ==
            "\\u{202e}\\u{2066}\\u{2028}\\u{61c}\\u{feff}"
        );
        CHECK(printable("a\xff\xc3(\xe2\x82"sv) == "a\\xff\\xc3(\\xe2\\x82");
    }

    TEST_CASE("plain text stays, in any script")
    {
        CHECK(printable("") == "");
        CHECK(
            printable("na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac <b>&amp;</b>") ==
            "na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac <b>&amp;</b>"
        );
    }

    TEST_CASE("it is cut at the limit and not one before it, never within a character")
    {
        CHECK(printable("abcd", 4) == "abcd");
        CHECK(printable("abcde", 4) == "abcd ...");
        CHECK(printable("abc\xc3\xa9", 5) == "abc\xc3\xa9");
        CHECK(printable("abc\xc3\xa9", 4) == "abc ...");
        CHECK(printable("ab\x1b", 8) == "ab\\u{1b}");
        CHECK(printable("ab\x1b", 7) == "ab ...");
        CHECK(printable("a", 0) == " ...");
        CHECK(printable(std::string(1000, 'x')).size() == 304);
    }
}

TEST_SUITE("proto.status")
{
    TEST_CASE("each error has the number that the description gives it")
    {
        struct row {
            const char* name;
            int number;
        };
        for (const row r : {
                 row{"NoSession", 3},
                 {"Expired", 3},
                 {"CannotLastThatLong", 3},
                 {"Ambiguous", 2},
                 {"InvalidSite", 2},
                 {"FormUnavailable", 1},
                 {"Refused", 4},
                 {"Unreachable", 5},
                 {"TimedOut", 5},
                 {"Denied", 6},
                 {"Cancelled", 130},
                 {"Busy", 1},
                 {"NoSuchLogin", 1},
                 {"Failed", 1},
                 {"InterfaceNotFound", 1},
                 {"MethodNotFound", 1},
                 {"MethodNotImplemented", 1},
                 {"InvalidParameter", 2},
                 {"PermissionDenied", 6},
                 {"ExpectedMore", 2},
                 {"SomethingNew", 1},
                 {"", 1},
             }) {
            CAPTURE(r.name);
            CHECK(static_cast<int>(status_of(r.name)) == r.number);
            CHECK(static_cast<int>(status_of("io.sgauth.Agent." + std::string(r.name))) == r.number);
        }
    }

    TEST_CASE("every status but success comes with advice, lower case and without a full stop")
    {
        CHECK(advice(status::ok) == "");
        for (const status s :
             {status::failed,
              status::usage,
              status::no_session,
              status::refused,
              status::unreachable,
              status::denied,
              status::no_daemon,
              status::cancelled}) {
            const std::string_view text = advice(s);
            REQUIRE_FALSE(text.empty());
            CHECK((text.front() < 'A' || text.front() > 'Z'));
            CHECK(text.back() != '.');
        }
    }

    TEST_CASE("a short name is what stands behind the last dot")
    {
        CHECK(short_name("io.sgauth.Agent.NoSession") == "NoSession");
        CHECK(short_name("NoSession") == "NoSession");
        CHECK(short_name("x.") == "");
        CHECK(short_name("") == "");
    }
}
