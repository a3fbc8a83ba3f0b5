#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the kernel knows of an asking process beyond its pid: for the rules of who may have what, and for
// whoever records it. A snapshot: a process may run another program a moment later, and what it ran when it
// sent its call nobody can tell. is_same_program() says whether it still is what it was.

#include "src/base/process_key.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace sgauth {

struct process_facts {
    process_key process;
    std::string executable;  // where /proc/PID/exe leads, as bytes; empty where it cannot be told
    dev_t device = 0;  // of the executable, with its inode: the file that runs, whatever its path has now
    ino_t inode = 0;
    // When that file last changed (its ctime, since 1970), which nobody but the kernel sets: written in
    // place, or another one under the number of one that is gone, it is another program.
    std::chrono::nanoseconds changed{};
    std::string
        unit;  // the innermost *.service or *.scope of its cgroup, the user manager's too; empty if none
    std::string cgroup;           // its path in systemd's hierarchy
    bool foreign_mounts = false;  // in another mount namespace than the daemon
    bool foreign_users = false;   // in another user namespace than the daemon
    bool is_known = false;        // all of the above is this process's; if not, no rule may rely on any of it
    std::string why_unknown;      // for people, where it is not known: "the process has ended"

    bool operator==(const process_facts&) const = default;
};

// Reads what /proc says now. `who` is exact (conversation::identify()): that it is still the same process is
// looked at last, so nothing of a later one with its pid is ever believed. Never fails: what could not be
// read is empty, and not known. Touches no disk and no network, however far away the executable lies.
process_facts read_process_facts(const process_key& who);

// Whether that process still lives and runs the same file.
bool is_same_program(const process_facts& earlier);

// What was read, for the record, but not to be relied on.
std::shared_ptr<const process_facts> as_unknown(const process_facts& read, std::string_view why);
// The same facts where they still hold, else as unknown. Null stays null.
std::shared_ptr<const process_facts> look_again(std::shared_ptr<const process_facts> earlier);

}  // namespace sgauth
