// SPDX-License-Identifier: Apache-2.0
#include "proto/json_string.hpp"

#include "proto/utf8.hpp"

#include <cstdint>
#include <string_view>

namespace sgauth::proto {

namespace {

bool is_plain(unsigned char c) noexcept
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

// The four digits of \uXXXX, which `at` is then behind. False: there are not four.
bool read_unit(const char*& at, const char* end, std::uint32_t& unit) noexcept
{
    if (end - at < 4)
        return false;
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at) {
        const char c = *at;
        if (c >= '0' && c <= '9')
            unit = unit * 16 + static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit = unit * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            unit = unit * 16 + static_cast<std::uint32_t>(c - 'A' + 10);
        else
            return false;
    }
    return true;
}

// What stands behind \u: one unit, or a pair of surrogates with a \u between. A half of a pair is no
// character.
const char* decode_unicode(const char* at, const char* end, std::string& out)
{
    std::uint32_t point = 0;
    std::uint32_t low = 0;
    if (!read_unit(at, end, point) || (point >= 0xDC00 && point <= 0xDFFF))
        return nullptr;
    if (point >= 0xD800 && point <= 0xDBFF) {
        if (end - at < 2 || at[0] != '\\' || at[1] != 'u')
            return nullptr;
        at += 2;
        if (!read_unit(at, end, low) || low < 0xDC00 || low > 0xDFFF)
            return nullptr;
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, point);
    return at;
}

// What stands behind a backslash. Returns what is behind that, null if it is no escape.
const char* decode_escape(const char* at, const char* end, std::string& out)
{
    static constexpr std::string_view escapes = "\"\\/bfnrt";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (at == end)
        return nullptr;
    if (*at == 'u')
        return decode_unicode(at + 1, end, out);
    const auto which = escapes.find(*at);
    if (which == std::string_view::npos)
        return nullptr;
    out += meanings[which];
    return at + 1;
}

}  // namespace

const char* decode_json_string(const char* at, const char* end, std::string& out)
{
    while (at && at != end) {
        const char* const plain = at;
        while (at != end && is_plain(static_cast<unsigned char>(*at)))
            ++at;
        out.append(plain, static_cast<std::size_t>(at - plain));
        if (at == end)
            return nullptr;
        if (*at == '"')
            return at;
        if (*at == '\\') {
            at = decode_escape(at + 1, end, out);
            continue;
        }
        // More than one byte: a single one would be plain, or it is a control character.
        const std::size_t length = utf8_length({at, static_cast<std::size_t>(end - at)});
        if (length < 2)
            return nullptr;
        out.append(at, length);
        at += length;
    }
    return nullptr;
}

}  // namespace sgauth::proto
