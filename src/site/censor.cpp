// SPDX-License-Identifier: Apache-2.0
#include "src/site/censor.hpp"

#include "proto/utf8.hpp"
#include "src/site/site_trouble.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace sgauth {

namespace {

// One way to read what a text begins with: the bytes that are meant, and how many were read for them.
struct reading {
    std::string bytes;
    std::size_t length = 0;
};

std::string utf8(std::uint32_t point)
{
    std::string made;
    proto::append_utf8(made, point);
    return made;
}

// All of `digits` as a number of that base; nothing if they are none, or too many.
std::optional<std::uint32_t> number(std::string_view digits, int base)
{
    std::uint32_t value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (ec != std::errc() || digits.empty() || end != digits.data() + digits.size() || value > 0x10ffff)
        return std::nullopt;
    return value;
}

std::optional<reading> as_json(std::string_view text)
{
    constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (text.size() < 2 || text[0] != '\\')
        return std::nullopt;
    if (const auto at = names.find(text[1]); at != names.npos)
        return reading{std::string(1, meant[at]), 2};
    const auto unit = [text](std::size_t at) {
        const bool is_one = text.size() >= at + 6 && text[at] == '\\' && text[at + 1] == 'u';
        return is_one ? number(text.substr(at + 2, 4), 16) : std::nullopt;
    };
    const auto first = unit(0);
    if (!first)
        return std::nullopt;
    const auto second = *first >= 0xd800 && *first < 0xdc00 ? unit(6) : std::nullopt;
    if (second && *second >= 0xdc00 && *second < 0xe000)
        return reading{utf8(0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00)), 12};
    return reading{utf8(*first), 6};
}

std::optional<reading> as_html(std::string_view text)
{
    constexpr std::size_t longest = 12;  // "&#x00010ffff;", near enough
    constexpr std::array<std::pair<std::string_view, char>, 5> names{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}
    };
    const auto end = text.substr(0, longest).find(';');
    if (!text.starts_with('&') || end == text.npos)
        return std::nullopt;
    const std::string_view name = text.substr(1, end - 1);
    for (const auto& [known, meant] : names)
        if (name == known)
            return reading{std::string(1, meant), end + 1};
    if (!name.starts_with('#'))
        return std::nullopt;
    const bool is_hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const auto point = is_hex ? number(name.substr(2), 16) : number(name.substr(1), 10);
    return point ? std::optional(reading{utf8(*point), end + 1}) : std::nullopt;
}

std::optional<reading> as_url(std::string_view text)
{
    if (text.starts_with('+'))
        return reading{" ", 1};
    if (text.size() < 3 || text[0] != '%')
        return std::nullopt;
    const auto byte = number(text.substr(1, 2), 16);
    return byte ? std::optional(reading{std::string(1, static_cast<char>(*byte)), 3}) : std::nullopt;
}

std::optional<reading> as_it_is(std::string_view)
{
    return std::nullopt;
}

// How much of `text`, from its beginning, is the secret as one of these writes it; 0: it does not begin with
// it. An escape goes before the character itself: who escapes at all escapes what begins an escape.
std::size_t length_of(
    std::string_view hidden, std::string_view text, std::optional<reading> (*escape)(std::string_view)
)
{
    std::size_t at = 0;
    while (!hidden.empty()) {
        const std::string_view rest = text.substr(at);
        std::size_t known = 1;
        if (const auto way = escape(rest); way && hidden.starts_with(way->bytes)) {
            known = way->bytes.size();
            at += way->length;
        } else if (rest.starts_with(hidden.front())) {
            ++at;
        } else {
            return 0;
        }
        hidden.remove_prefix(known);
    }
    return at;
}

}  // namespace

std::string censored(std::string_view text, std::initializer_list<const secret*> hidden)
{
    std::string out;
    // No further than what is shown: a page may be long.
    for (std::size_t at = 0; at < text.size() && out.size() < max_foreign_bytes;) {
        std::size_t length = 0;
        for (const secret* one : hidden)
            if (one && !one->empty())
                for (const auto escape : {as_it_is, as_json, as_html, as_url})
                    length = std::max(length, length_of(one->reveal(), text.substr(at), escape));
        out += length ? "[removed]" : text.substr(at, 1);
        at += length ? length : 1;
    }
    out.resize(std::min(out.size(), max_foreign_bytes));
    return out;
}

}  // namespace sgauth
