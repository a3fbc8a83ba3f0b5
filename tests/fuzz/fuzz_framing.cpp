// SPDX-License-Identifier: Apache-2.0
//
// Bytes in pieces of any size come out as the messages that a plain split gives. The first byte seeds the
// sizes.

#include "proto/framing.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sgauth::proto;

void require(bool good)
{
    if (!good)
        std::abort();
}

// The next size, in a row that only looks like chance.
std::size_t next_size(std::uint32_t& state)
{
    state = state * 1'664'525u + 1'013'904'223u;
    const std::uint32_t kind = state >> 28;
    return kind < 8    ? 1 + (state >> 8) % 7
           : kind < 15 ? 1 + (state >> 8) % 5'000
                       : 1 + (state >> 8) % 2'000'000;
}

// Takes what is there and compares it with the plain text from `expected_at` on.
void take_messages(message_reader& reader, std::string_view plain, std::size_t& expected_at)
{
    while (const auto message = reader.next()) {
        const std::size_t end = plain.find('\0', expected_at);
        require(end != std::string_view::npos);
        require(*message == plain.substr(expected_at, end - expected_at));
        require(message->size() <= max_message_bytes);
        expected_at = end + 1;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    std::uint32_t state = data[0];
    const bool is_taken_at_once = (data[0] & 1) != 0;
    const std::string_view plain(reinterpret_cast<const char*>(data + 1), size - 1);
    message_reader reader;
    std::size_t fed = 0;
    std::size_t expected_at = 0;
    while (fed < plain.size()) {
        const std::string_view piece = plain.substr(fed, next_size(state));
        fed += piece.size();
        if (!reader.feed(piece))
            return 0;
        if (is_taken_at_once || (state & 256) != 0)
            take_messages(reader, plain, expected_at);
    }
    take_messages(reader, plain, expected_at);
    require(plain.find('\0', expected_at) == std::string_view::npos);
    require(reader.size() == plain.size() - expected_at);
    require(reader.has_partial() == (expected_at < plain.size()));
    require(reader.size() <= max_message_bytes);
    return 0;
}
