// SPDX-License-Identifier: Apache-2.0
#include "proto/json_writer.hpp"
#include "proto/secret.hpp"

#include <doctest/doctest.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ostr.h>

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>

using namespace sgauth;

namespace {

template <class T>
concept compares_equal = requires(const T& a, const T& b) { a == b; };
template <class T>
concept compares_unequal = requires(const T& a, const T& b) { a != b; };
template <class T>
concept is_ordered = requires(const T& a, const T& b) { a < b; };
template <class T>
concept is_streamable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept becomes_json = requires(proto::json_writer& out, const T& value) { out.string(value); };
template <class T>
concept becomes_member = requires(std::string& out, const T& value) { out += value; };
template <class T>
concept is_hashable = requires(const T& value) { std::hash<T>()(value); };

template <class T>
constexpr bool keeps_to_itself =
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> && !compares_equal<T> &&
    !compares_unequal<T> && !is_ordered<T> && !is_streamable<T> && !becomes_json<T> && !becomes_member<T> &&
    !is_hashable<T> && !fmt::is_formattable<T>::value && !std::is_convertible_v<T, std::string> &&
    !std::is_convertible_v<T, std::string_view> && !std::is_constructible_v<std::string, T> &&
    !std::is_constructible_v<std::string_view, T> && !std::is_convertible_v<std::string, T> &&
    !std::is_convertible_v<std::string_view, T> && !std::is_convertible_v<const char*, T>;

static_assert(keeps_to_itself<secret>);
static_assert(keeps_to_itself<password>);
static_assert(keeps_to_itself<one_time_code>);
static_assert(keeps_to_itself<session_token>);
static_assert(keeps_to_itself<script_key>);
static_assert(keeps_to_itself<bearer_token>);
static_assert(keeps_to_itself<proxy_password>);
// The same questions find what a plain string does.
static_assert(!keeps_to_itself<std::string>);
static_assert(compares_equal<std::string> && is_streamable<std::string> && becomes_json<std::string>);
static_assert(fmt::is_formattable<std::string>::value && is_hashable<std::string>);
// One kind does not pass for another.
static_assert(!std::is_constructible_v<password, session_token> && !std::is_assignable_v<password&, session_token>);

}  // namespace

TEST_SUITE("proto.secret")
{
    TEST_CASE("it holds what it was given, zeros and all")
    {
        const std::string plain("a\0b\xff", 4);
        const secret held{std::string_view(plain)};
        CHECK(held.reveal() == plain);
        CHECK(held.size() == 4);
        CHECK_FALSE(held.empty());
        CHECK(secret().empty());
        CHECK(secret(std::string_view()).reveal().empty());
    }

    TEST_CASE("moving leaves nothing behind")
    {
        secret from("x");
        secret to(std::move(from));
        CHECK(to.reveal() == "x");
        CHECK(from.empty());
        secret other("y");
        other = std::move(to);
        CHECK(other.reveal() == "x");
        CHECK(to.empty());
        secret& same = other;
        other = std::move(same);
        CHECK(other.reveal() == "x");
        other.clear();
        CHECK(other.empty());
    }

    TEST_CASE("taking a string wipes all of its memory")
    {
        std::string plain(100, 'k');
        plain.resize(40);
        const char* const bytes = plain.data();
        const session_token token = session_token::take(plain);
        CHECK(token.reveal() == std::string(40, 'k'));
        CHECK(plain.empty());
        CHECK(plain.capacity() >= 100);
        CHECK(std::all_of(bytes, bytes + 100, [](char c) { return c == '\0'; }));
        std::string small = "short";
        wipe(small);
        CHECK(small.empty());
        CHECK(std::all_of(small.data(), small.data() + small.capacity(), [](char c) { return c == '\0'; }));
    }

    TEST_CASE("a clone is another place with the same bytes")
    {
        const password one("pw");
        const password two = one.clone();
        CHECK(equal_constant_time(one, two));
        CHECK(one.reveal().data() != two.reveal().data());
    }

    TEST_CASE("equal is what has the same bytes")
    {
        CHECK(equal_constant_time(secret("abc"), secret("abc")));
        CHECK(equal_constant_time(secret(), secret("")));
        for (const char* other : {"", "ab", "abcd", "abd", "xbc", "ABC"})
            CHECK_FALSE(equal_constant_time(secret("abc"), secret(other)));
    }
}
