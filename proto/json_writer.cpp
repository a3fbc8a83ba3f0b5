// SPDX-License-Identifier: Apache-2.0
#include "proto/json_writer.hpp"

#include "proto/json.hpp"
#include "proto/utf8.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace sgauth::proto {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// Stands in a string as it is. As a table: almost every byte that is written passes here.
constexpr auto plain_bytes = [] {
    std::array<bool, 256> made{};
    for (std::size_t c = 0x20; c < 0x80; ++c)
        made[c] = c != '"' && c != '\\';
    return made;
}();

bool is_plain(char c) noexcept
{
    return plain_bytes[static_cast<unsigned char>(c)];
}

void append_control(std::string& out, unsigned char c)
{
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += digits[c >> 4];
            out += digits[c & 15];
    }
}

void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        const char* const plain = at;
        while (at != end && is_plain(*at))
            ++at;
        out.append(plain, static_cast<std::size_t>(at - plain));
        if (at == end)
            break;
        const auto c = static_cast<unsigned char>(*at);
        if (c < 0x80) {
            append_control(out, c);
            ++at;
        } else if (const std::size_t length = utf8_length({at, static_cast<std::size_t>(end - at)})) {
            out.append(at, length);
            at += length;
        } else {
            out.append(replacement);
            ++at;
        }
    }
    out += '"';
}

void append_integer(std::string& out, std::int64_t number)
{
    std::array<char, 24> buffer;
    const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), done.ptr);
}

// The shortest text that reads as the same number. Not std::to_chars: that of doubles brings 130 KB of tables
// and libm into a command that starts a thousand times a day.
void append_real(std::string& out, double number)
{
    std::array<char, 40> buffer;
    for (const int digits : {15, 16, 17}) {
        std::snprintf(buffer.data(), buffer.size(), "%.*g", digits, number);
        if (std::strtod(buffer.data(), nullptr) == number)
            break;
    }
    for (const char* c = buffer.data(); *c; ++c)
        out += *c == ',' ? '.' : *c;  // a locale's decimal point
}

}  // namespace

void json_writer::separate()
{
    if (after_key_) {
        after_key_ = false;
        return;
    }
    const std::uint64_t bit = std::uint64_t{1} << depth_;
    if (depth_ > 0 && (has_items_ & bit))
        out_ += ',';
    has_items_ |= bit;
}

void json_writer::open(char bracket)
{
    separate();
    out_ += bracket;
    ++depth_;
    assert(depth_ < 64);
    has_items_ &= ~(std::uint64_t{1} << depth_);
}

void json_writer::close(char bracket)
{
    assert(depth_ > 0 && !after_key_);
    --depth_;
    out_ += bracket;
}

json_writer& json_writer::begin_object()
{
    open('{');
    return *this;
}

json_writer& json_writer::end_object()
{
    close('}');
    return *this;
}

json_writer& json_writer::begin_array()
{
    open('[');
    return *this;
}

json_writer& json_writer::end_array()
{
    close(']');
    return *this;
}

json_writer& json_writer::key(std::string_view name)
{
    separate();
    append_quoted(out_, name);
    out_ += ':';
    after_key_ = true;
    return *this;
}

json_writer& json_writer::string(std::string_view text)
{
    separate();
    append_quoted(out_, text);
    return *this;
}

json_writer& json_writer::integer(std::int64_t number)
{
    separate();
    append_integer(out_, number);
    return *this;
}

json_writer& json_writer::real(double number)
{
    if (!std::isfinite(number))
        return null();
    separate();
    const std::size_t start = out_.size();
    append_real(out_, number);
    // A real stays one: `2` would be read as an integer, and `-0` as none that there is.
    if (out_.find_first_of(".e", start) == std::string::npos)
        out_ += ".0";
    return *this;
}

json_writer& json_writer::boolean(bool value)
{
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

json_writer& json_writer::null()
{
    separate();
    out_ += "null";
    return *this;
}

json_writer& json_writer::copy(const json_value& value)
{
    if (const auto text = value.as_string())
        return string(*text);
    if (const auto truth = value.as_bool())
        return boolean(*truth);
    if (const auto number = value.as_int())
        return integer(*number);
    if (const auto number = value.as_number())
        return real(*number);
    if (value.is_absent_or_null())
        return null();
    const bool is_object = value.is(json_kind::object);
    is_object ? begin_object() : begin_array();
    for (const json_value child : value) {
        if (is_object)
            key(child.key());
        copy(child);
    }
    return is_object ? end_object() : end_array();
}

}  // namespace sgauth::proto
