// SPDX-License-Identifier: Apache-2.0
#include "tests/site/form.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sgauth::stand_in {

std::string percent_decode(std::string_view text, plus_sign plus)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size()) {
            auto [end, ec] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
            if (ec == std::errc() && end == text.data() + i + 3) {
                out += static_cast<char>(byte);
                i += 2;
                continue;
            }
        }
        out += text[i] == '+' && plus == plus_sign::is_space ? ' ' : text[i];
    }
    return out;
}

std::string percent_encode(std::string_view text)
{
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (char c : text) {
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string escape_html(std::string_view text)
{
    std::string out;
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

form_fields form_fields::parse(std::string_view text)
{
    form_fields out;
    while (!text.empty()) {
        auto end = text.find('&');
        auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (pair.empty())
            continue;
        auto equals = pair.find('=');
        auto value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        out.add(
            percent_decode(pair.substr(0, equals), plus_sign::is_space),
            percent_decode(value, plus_sign::is_space)
        );
    }
    return out;
}

std::optional<std::string_view> form_fields::operator[](std::string_view name) const noexcept
{
    for (const auto& [key, value] : fields_)
        if (key == name)
            return value;
    return std::nullopt;
}

std::string_view form_fields::get(std::string_view name) const noexcept
{
    return (*this)[name].value_or(std::string_view());
}

void form_fields::add(std::string name, std::string value)
{
    fields_.emplace_back(std::move(name), std::move(value));
}

}  // namespace sgauth::stand_in
