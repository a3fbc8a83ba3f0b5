#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The ledger's files: audit.jsonl and, rotated by size, audit.jsonl.1 (the newest of the old) to .4. All of
// it blocks: the daemon calls it on a lane of its own, one call at a time. Nothing is fsynced: a line is in
// the kernel when append() returns, so it survives the daemon's end but not a power cut of the next seconds;
// an fsync for each hand-out would cost every tool what a disk costs.

#include "src/base/error.hpp"
#include "src/policy/audit_entry.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sgauth {

inline constexpr std::string_view audit_file_name = "audit.jsonl";

struct audit_limits {
    std::int64_t file_bytes = 1024 * 1024;  // a file that has reached it is rotated
    int old_files = 4;
};

struct audit_record {
    std::vector<audit_entry> entries;   // oldest first
    std::optional<std::string> broken;  // where the chain does not hold, as a sentence
};

class audit_file {
public:
    explicit audit_file(std::filesystem::path path, audit_limits limits = {});
    ~audit_file();
    audit_file(const audit_file&) = delete;
    audit_file& operator=(const audit_file&) = delete;

    // Writes the entries, numbered and chained to what is there; what was written by an earlier daemon is
    // looked at first, and a last line that was torn by a crash gets an entry that says so. errc::failed says
    // what went wrong and what to do about it; then nothing of it is there, as far as the disk lets us.
    result<void> append(std::span<const audit_entry> entries);
    bool is_full() const noexcept { return size_ >= limits_.file_bytes; }
    // Makes the file the newest of the old ones and drops the oldest; the next append begins a new one.
    result<void> rotate();
    // A last entry, if any was written by this object.
    result<void> close(std::int64_t at);
    // All that there is, rotated files and those of earlier daemons too.
    result<audit_record> read() const;

private:
    struct tail;

    result<void> open(std::int64_t at);
    result<void> look_at_what_is_there(std::string& start, std::int64_t at);
    result<tail> read_tail(int fd, std::int64_t size) const;
    bool is_still_ours() const;
    void chain(audit_entry e, std::string& out);
    result<void> write(std::string_view text);
    std::filesystem::path old(int n) const;
    void let_go() noexcept;

    std::filesystem::path path_;
    audit_limits limits_;
    int fd_ = -1;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    std::int64_t size_ = 0;
    std::string hash_;  // of the last line; empty: not known yet
    std::int64_t number_ = 0;
};

}  // namespace sgauth
