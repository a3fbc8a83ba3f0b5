#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The ledger's lines: one JSON object each, with the hash of the line before. What is cut out, doubled or
// damaged by accident shows; whoever may write the file can make a chain of his own, so it proves nothing
// against the user's own processes. Pure; audit_file_unix.hpp has the bytes.

#include "src/policy/audit_entry.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

// SHA-256 of a line without its newline, as 64 lower-case hexadecimal digits.
std::string hash_of_line(std::string_view line);

// What the very first line of a ledger has in place of a hash.
inline constexpr std::string_view nothing_before =
    "0000000000000000000000000000000000000000000000000000000000000000";

// The line, without its newline. `before` is the hash of the line before it.
std::string line_of(const audit_entry& e, std::string_view before);

struct audit_line {
    audit_entry entry;
    std::string before;
};
// Nothing if it is none of ours, or damaged.
std::optional<audit_line> read_line(std::string_view line);

// Reads a ledger from its first line to its last and tells where it does not hold together.
class audit_check {
public:
    enum class beginning { complete, rotated_away };
    // rotated_away: older lines may have been dropped by rotation, so that it need not begin with number 1.
    explicit audit_check(beginning from) : from_(from) {}

    // The next line, without its newline.
    void take(std::string_view line);

    const std::vector<audit_entry>& entries() const noexcept { return entries_; }
    // The first place where it does not hold, as a sentence; nothing if it holds.
    std::optional<std::string> broken() const;

private:
    void compare(const audit_line& read);
    void blame(std::string what);

    beginning from_;
    std::vector<audit_entry> entries_;
    std::optional<std::string> hash_;  // of the line before
    bool unread_ = false;              // the line before is damaged: a `torn` has to follow
    std::optional<std::string> broken_;
};

}  // namespace sgauth
