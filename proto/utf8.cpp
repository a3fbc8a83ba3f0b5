// SPDX-License-Identifier: Apache-2.0
#include "proto/utf8.hpp"

#include <cstdint>

namespace sgauth::proto {

namespace {

bool is_tail(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::uint32_t decode(std::string_view text, std::size_t length) noexcept
{
    const auto first = static_cast<unsigned char>(text[0]);
    static constexpr unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t point = first & masks[length];
    for (std::size_t i = 1; i < length; ++i)
        point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    return point;
}

// C0 and C1 controls, line and paragraph separators, and the characters that reorder text around them.
bool is_deceptive(std::uint32_t point) noexcept
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C || point == 0x200E ||
           point == 0x200F || (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0xFEFF;
}

void append_hex(std::string& out, std::uint32_t number)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string reversed;
    do
        reversed += digits[number & 15];
    while ((number >>= 4) != 0);
    if (reversed.size() == 1)
        reversed += '0';
    out.append(reversed.rbegin(), reversed.rend());
}

// One character of `foreign`, of `length` bytes; 0: its first byte belongs to none.
std::string shown(std::string_view foreign, std::size_t length)
{
    std::string out;
    if (length == 0) {
        out = "\\x";
        append_hex(out, static_cast<unsigned char>(foreign[0]));
    } else if (const std::uint32_t point = decode(foreign, length); is_deceptive(point)) {
        out = "\\u{";
        append_hex(out, point);
        out += '}';
    } else {
        out = foreign.substr(0, length);
    }
    return out;
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept
{
    if (text.empty())
        return 0;
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_tail(text[i]))
            return 0;
    const std::uint32_t point = decode(text, length);
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return overlong || surrogate || point > 0x10FFFF ? 0 : length;
}

void append_utf8(std::string& out, std::uint32_t point)
{
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0 | (point >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string printable(std::string_view foreign, std::size_t max_bytes)
{
    std::string out;
    while (!foreign.empty()) {
        const std::size_t length = utf8_length(foreign);
        const std::string piece = shown(foreign, length);
        if (out.size() + piece.size() > max_bytes)
            return out + " ...";
        out += piece;
        foreign.remove_prefix(length ? length : 1);
    }
    return out;
}

}  // namespace sgauth::proto
