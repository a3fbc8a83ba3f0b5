#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a process does again within a minute is counted, not written each time: a tool that asks a thousand
// times makes two lines. The first of a kind is written before its reply, and opens a window; what follows in
// it becomes one entry with a count when the window closes. Pure: (state, event, now) → entries.

#include "src/base/instant.hpp"
#include "src/base/process_key.hpp"
#include "src/policy/audit_entry.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sgauth {

// Which entries are equal. Of the process the pid counts, and its start time where both are known: reading
// that costs more than the answer, and a pid that comes back within a minute has run through all others.
// Another program in the same process is another where it was looked at, which there are rules for:
// `program` is its file, or 0.
std::string audit_key(
    std::string_view event,
    const process_key& process,
    ino_t program,
    std::string_view session,
    std::string_view form,
    std::string_view state
);

class audit_tally {
public:
    static constexpr std::chrono::seconds window{60};
    // More windows than this close early, so that a process with a thousand names takes no memory of ours.
    static constexpr std::size_t most_windows = 4096;

    enum class standing {
        fresh,    // has to be written
        written,  // its line is there: it may be counted
        begun,    // its line is on the way
    };
    standing of(std::string_view key, const process_key& process, boot_time now) const;

    // Its line is on the way. Gives back what an earlier window of that key had counted.
    std::optional<audit_entry> begin(
        const std::string& key, const process_key& process, const audit_entry& first, boot_time now
    );
    void wrote(std::string_view key);
    void failed(std::string_view key);
    // One more of what stands as `written`.
    void count(std::string_view key, wall_time wall);

    // The counts of the windows that have closed, of all if there are too many. Forgets those windows.
    std::vector<audit_entry> due(boot_time now);
    // All counts so far; the windows stay open and count on from none.
    std::vector<audit_entry> take_counts();
    // When the first window closes; nothing if none is open.
    std::optional<boot_time> next_close() const;
    std::size_t size() const noexcept { return open_.size(); }

private:
    struct open_window {
        process_key process;
        boot_time closes;
        bool is_written = false;
        audit_entry repeats;  // with the count, its first and its last time
    };
    using windows = std::map<std::string, open_window, std::less<>>;
    static void move_count(open_window& from, std::vector<audit_entry>& out);
    void close(windows::iterator which);

    windows open_;
    // The same by when they close: each hand-out that is written asks for those that are due.
    std::set<std::pair<boot_time, std::string_view>> closing_;
};

}  // namespace sgauth
