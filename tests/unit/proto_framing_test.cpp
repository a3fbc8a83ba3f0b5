// SPDX-License-Identifier: Apache-2.0
#include "proto/framing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace sgauth::proto;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::vector<std::string> take_all(message_reader& reader)
{
    std::vector<std::string> out;
    while (const auto message = reader.next())
        out.emplace_back(*message);
    return out;
}

std::string ended(std::size_t size)
{
    return std::string(size, 'x') + '\0';
}

}  // namespace

TEST_SUITE("proto.framing")
{
    TEST_CASE("a message is allowed up to the limit and not one beyond it, ended or not")
    {
        message_reader at_limit;
        CHECK(at_limit.feed(std::string(max_message_bytes, 'x')));
        CHECK(at_limit.feed("\0"sv));
        REQUIRE(at_limit.next());
        message_reader unended;
        CHECK_FALSE(unended.feed(std::string(max_message_bytes + 1, 'x')));
        message_reader whole;
        CHECK_FALSE(whole.feed(ended(max_message_bytes + 1)));
    }

    TEST_CASE("a message that is too long is found behind a short one too")
    {
        message_reader reader;
        CHECK_FALSE(reader.feed(ended(1) + ended(max_message_bytes + 1)));
        message_reader partial;
        CHECK_FALSE(partial.feed(ended(1) + std::string(max_message_bytes + 1, 'x')));
        message_reader good;
        CHECK(good.feed(ended(1) + ended(max_message_bytes) + ended(max_message_bytes)));
        CHECK(take_all(good).size() == 3);
    }

    TEST_CASE("the limit counts for each message, however it is cut up")
    {
        message_reader reader;
        const std::string piece(1000, 'x');
        std::size_t fed = 0;
        while (fed + piece.size() <= max_message_bytes) {
            REQUIRE(reader.feed(piece));
            REQUIRE_FALSE(reader.next());
            fed += piece.size();
        }
        CHECK_FALSE(reader.feed(piece));
    }

    TEST_CASE("messages come out the same wherever the bytes are split")
    {
        const std::string stream = "{\"a\":1}\0\0{}\0{\"b\":\"\xc3\xa9\"}\0rest"s;
        for (std::size_t first = 0; first <= stream.size(); ++first)
            for (std::size_t second = first; second <= stream.size(); ++second) {
                message_reader reader;
                std::vector<std::string> got;
                for (const std::string_view part :
                     {std::string_view(stream).substr(0, first),
                      std::string_view(stream).substr(first, second - first),
                      std::string_view(stream).substr(second)}) {
                    REQUIRE(reader.feed(part));
                    for (std::string& message : take_all(reader))
                        got.push_back(std::move(message));
                }
                REQUIRE(got == std::vector<std::string>{"{\"a\":1}", "", "{}", "{\"b\":\"\xc3\xa9\"}"});
                REQUIRE(reader.has_partial());
                REQUIRE(reader.size() == 4);
            }
    }

    TEST_CASE("what was not taken stays when more is fed")
    {
        message_reader reader;
        REQUIRE(reader.feed("one\0two\0thr"sv));
        CHECK(reader.next() == "one");
        REQUIRE(reader.feed("ee\0four\0"sv));
        CHECK(take_all(reader) == std::vector<std::string>{"two", "three", "four"});
        CHECK_FALSE(reader.has_partial());
        CHECK(reader.size() == 0);
    }

    TEST_CASE("what has been read is overwritten at the next call")
    {
        message_reader reader;
        REQUIRE(reader.feed("secret\0other\0"sv));
        const std::string_view first = *reader.next();
        CHECK(first == "secret");
        const std::string_view second = *reader.next();
        CHECK(std::all_of(first.begin(), first.end(), [](char c) { return c == '\0'; }));
        CHECK(second == "other");
        CHECK_FALSE(reader.next());
        CHECK(std::all_of(second.begin(), second.end(), [](char c) { return c == '\0'; }));
    }

    TEST_CASE("bytes that move to the front leave no copy where they were")
    {
        message_reader reader;
        REQUIRE(reader.feed("one message to be taken\0part of a secret"sv));
        const std::string_view first = *reader.next();
        const char* const end = first.data() + first.size() + 1 + "part of a secret"sv.size();
        REQUIRE(reader.feed("!"));
        // The buffer is the same one, shorter now; what lies behind its end is the string's own capacity.
        CHECK(std::all_of(first.data() + "part of a secret!"sv.size() + 1, end, [](char c) {
            return c == '\0';
        }));
    }

    TEST_CASE("many small messages in one piece cost the square of nothing")
    {
        const auto time_of = [](std::size_t count) {
            std::string stream;
            for (std::size_t i = 0; i < count; ++i)
                stream.append("{}\0"sv);
            const auto begin = std::chrono::steady_clock::now();
            message_reader reader;
            REQUIRE(reader.feed(stream));
            std::size_t got = 0;
            while (reader.next())
                ++got;
            REQUIRE(got == count);
            return std::chrono::steady_clock::now() - begin;
        };
        (void)time_of(1000);
        const auto few = time_of(10'000);
        const auto many = time_of(320'000);
        // 32 times the work; quadratic would be 1,024 times. The slack is for a busy machine.
        CHECK(many < 200 * few);
    }
}
