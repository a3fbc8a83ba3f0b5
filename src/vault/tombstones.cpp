// SPDX-License-Identifier: Apache-2.0
#include "src/vault/tombstones.hpp"

#include "src/base/hex.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace sgauth {

namespace {

constexpr std::string_view first_line = "sgauth-revoked 2\n";
// Had no quiet ones.
constexpr std::string_view former_first_line = "sgauth-revoked 1\n";
constexpr std::string_view secret_word = "secret ";
constexpr std::string_view record_word = "record ";
// In front of either where nothing is left to do.
constexpr std::string_view quiet_word = "quiet ";
constexpr std::size_t hash_digits = 64;
constexpr std::size_t line_bytes = quiet_word.size() + secret_word.size() + hash_digits + 1;
static_assert(secret_word.size() == record_word.size());
static_assert(first_line.size() + max_tombstones * line_bytes <= max_tombstone_bytes);

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
    const bool has_quiet = text.starts_with(first_line);
    if (!has_quiet && !text.starts_with(former_first_line))
        return std::nullopt;
    static_assert(first_line.size() == former_first_line.size());
    text.remove_prefix(first_line.size());
    tombstones all;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        const bool is_quiet = has_quiet && line.starts_with(quiet_word);
        if (is_quiet)
            line.remove_prefix(quiet_word.size());
        if (end == std::string_view::npos || !is_ours(line))
            return std::nullopt;
        all.add(std::string(line), is_quiet ? afterwards::nothing : afterwards::is_owed);
        text.remove_prefix(end + 1);
    }
    return all;
}

std::string tombstones::text() const
{
    std::string out(first_line);
    for (const auto& [age, one] : by_age_) {
        if (one.left == afterwards::nothing)
            out.append(quiet_word);
        out.append(one.line).append("\n");
    }
    return out;
}

void tombstones::add_secret(const vault_secret& revoked, afterwards left)
{
    if (!revoked.empty())
        add(line_for_secret(revoked), left);
}

void tombstones::add_record(std::string_view id, afterwards left)
{
    add(line_for_record(id), left);
}

void tombstones::lift_secret(const vault_secret& welcome)
{
    lift(line_for_secret(welcome));
}

void tombstones::lift_record(std::string_view id)
{
    lift(line_for_record(id));
}

bool tombstones::operator==(const tombstones& other) const
{
    return std::ranges::equal(by_age_ | std::views::values, other.by_age_ | std::views::values);
}

// The newest is the last.
void tombstones::add(std::string line, afterwards left)
{
    lift(line);
    const std::int64_t age = by_age_.empty() ? 0 : by_age_.rbegin()->first + 1;
    by_age_.emplace(age, stone{line, left});
    ages_.emplace(std::move(line), age);
    while (by_age_.size() > max_tombstones)
        drop_oldest();
}

void tombstones::lift(const std::string& line)
{
    const auto at = ages_.find(line);
    if (at == ages_.end())
        return;
    by_age_.erase(at->second);
    ages_.erase(at);
}

void tombstones::drop_oldest()
{
    const auto oldest = by_age_.begin();
    ages_.erase(oldest->second.line);
    by_age_.erase(oldest);
}

bool tombstones::names_secret(const vault_secret& s) const
{
    return ages_.contains(line_for_secret(s));
}

bool tombstones::names_record(std::string_view id) const
{
    return ages_.contains(line_for_record(id));
}

std::optional<afterwards> tombstones::left_for(std::string_view id, const vault_secret& s) const
{
    const auto left = left_by(line_for_record(id));
    return left ? left : left_by(line_for_secret(s));
}

std::optional<afterwards> tombstones::left_by(const std::string& line) const
{
    const auto at = ages_.find(line);
    return at == ages_.end() ? std::nullopt : std::optional(by_age_.at(at->second).left);
}

}  // namespace sgauth
