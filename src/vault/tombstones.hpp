#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What must not come back from an older copy of the store: hashes of revoked secrets, one a line, and of
// records that were taken away while the vault was locked, the oldest first. Pure; store_disk keeps them in a
// file. There is always room for one more: the oldest gives way. Each says what is left to do for what it
// names.

#include "src/vault/vault.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

class tombstones {
public:
    // Reads the file's text. Nothing: it is not of ours, or damaged.
    static std::optional<tombstones> read(std::string_view text);
    std::string text() const;

    // What was said of the same before does not hold any more.
    void add_secret(const vault_secret& revoked, afterwards left);
    void add_record(std::string_view id, afterwards left);
    // The same secret was logged in with again, by a person; or the record's end is written down.
    void lift_secret(const vault_secret& welcome);
    void lift_record(std::string_view id);

    bool names_secret(const vault_secret& s) const;
    bool names_record(std::string_view id) const;
    // What is left to do for a record of that id and secret; nothing where neither is named. The word about
    // the record is about it alone, that about its secret also about older copies of it.
    std::optional<afterwards> left_for(std::string_view id, const vault_secret& s) const;
    bool empty() const noexcept { return ages_.empty(); }

    // The same in the same order.
    bool operator==(const tombstones& other) const;

private:
    struct stone {
        std::string line;
        afterwards left = afterwards::is_owed;

        bool operator==(const stone&) const = default;
    };
    void add(std::string line, afterwards left);
    void lift(const std::string& line);
    void drop_oldest();
    std::optional<afterwards> left_by(const std::string& line) const;

    std::map<std::int64_t, stone> by_age_;
    std::map<std::string, std::int64_t, std::less<>> ages_;
};

inline constexpr std::size_t max_tombstone_bytes = std::size_t{5} * 256 * 1024;
// What fits into that. Ten revokes a day, of two lines each, fill it in two years, by when a session that was
// revoked first has ended at its site; a full file would keep everything from being stored, logins too.
inline constexpr std::size_t max_tombstones = 14'000;

}  // namespace sgauth
