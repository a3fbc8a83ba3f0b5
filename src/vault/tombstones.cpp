// SPDX-License-Identifier: Apache-2.0
#include "src/vault/tombstones.hpp"

#include "src/base/hex.hpp"

#include <algorithm>

namespace sgauth {

namespace {

constexpr std::string_view first_line = "sgauth-revoked 1\n";
constexpr std::string_view secret_word = "secret ";
constexpr std::string_view record_word = "record ";
constexpr std::size_t hash_digits = 64;

std::string line_for_secret(const vault_secret& s)
{
    return std::string(secret_word) + digest("sgauth revoked secret 1", s.reveal());
}

std::string line_for_record(std::string_view id)
{
    return std::string(record_word) + digest("sgauth revoked record 1", id);
}

bool is_ours(std::string_view line)
{
    if (!line.starts_with(secret_word) && !line.starts_with(record_word))
        return false;
    const std::string_view hash = line.substr(secret_word.size());
    return hash.size() == hash_digits && from_hex(hash);
}

}  // namespace

std::optional<tombstones> tombstones::read(std::string_view text)
{
    if (!text.starts_with(first_line))
        return std::nullopt;
    text.remove_prefix(first_line.size());
    tombstones all;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos || !is_ours(text.substr(0, end)))
            return std::nullopt;
        all.lines_.emplace(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return all;
}

std::string tombstones::text() const
{
    std::string out(first_line);
    for (const std::string& line : lines_)
        out.append(line).append("\n");
    return out;
}

void tombstones::add_secret(const vault_secret& revoked)
{
    if (!revoked.empty())
        lines_.insert(line_for_secret(revoked));
}

void tombstones::add_record(std::string_view id)
{
    lines_.insert(line_for_record(id));
}

void tombstones::lift_secret(const vault_secret& welcome)
{
    lines_.erase(line_for_secret(welcome));
}

void tombstones::lift_record(std::string_view id)
{
    lines_.erase(line_for_record(id));
}

bool tombstones::names_secret(const vault_secret& s) const
{
    return lines_.contains(line_for_secret(s));
}

bool tombstones::names_record(std::string_view id) const
{
    return lines_.contains(line_for_record(id));
}

}  // namespace sgauth
