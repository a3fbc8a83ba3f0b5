#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Reads the query structures of sgauth.h, of this size or another.

#include "client/lib/failure.hpp"
#include "proto/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>

namespace sgauth::client {

// More than any version's query: a larger size is memory that nobody initialised.
inline constexpr std::size_t largest_query = 4096;

// Copies what is there of a caller's query. False if its size is no size, or if it has fields set that only a
// newer library knows. A field that is added to a query goes behind all others and never into what was
// padding, which old callers leave uninitialised.
template <class Query>
[[nodiscard]] bool read_query(const Query* given, Query& out) noexcept
{
    out = {};
    if (!given)
        return true;
    const std::size_t size = given->size;
    if (size < sizeof(std::size_t) || size > largest_query)
        return false;
    const void* from = given;
    std::memcpy(&out, from, std::min(size, sizeof out));
    const auto* bytes = static_cast<const unsigned char*>(from);
    return size <= sizeof out ||
           std::all_of(bytes + sizeof out, bytes + size, [](unsigned char b) { return b == 0; });
}

inline std::optional<std::string> text(const char* given)
{
    return given ? std::optional<std::string>(given) : std::nullopt;
}

// Whether each of them that is there is UTF-8: sent on, other bytes would become other text.
inline bool are_utf8(const char* const* texts, std::size_t count) noexcept
{
    return std::all_of(texts, texts + count, [](const char* one) { return !one || proto::is_utf8(one); });
}
inline bool are_utf8(std::initializer_list<const char*> texts) noexcept
{
    return are_utf8(texts.begin(), texts.size());
}

// Absent rather than false, as the interface has it.
inline std::optional<bool> flag(int given)
{
    return given != 0 ? std::optional<bool>(true) : std::nullopt;
}

// The deadline of a call that begins now; nothing for a negative time.
inline std::optional<time_point> deadline_after(int timeout_ms, std::chrono::milliseconds standard)
{
    if (timeout_ms < 0)
        return std::nullopt;
    return std::chrono::steady_clock::now() + (timeout_ms ? std::chrono::milliseconds(timeout_ms) : standard);
}

// What the daemon is told of a deadline: a little less, so that its answer, which says more than ours, comes
// first.
inline std::int64_t daemon_limit_ms(time_point deadline)
{
    using std::chrono::milliseconds;
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::max<std::int64_t>(1, (left - std::min(left / 10, milliseconds(100))).count());
}

}  // namespace sgauth::client
