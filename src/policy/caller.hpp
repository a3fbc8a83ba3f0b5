#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The asking process as the kernel knows it. Made by ipc/peer; never from anything that a client says.

#include <compare>
#include <cstdint>
#include <sys/types.h>

namespace sgauth {

// owner: the daemon's own user. administrator: root, who may revoke, list and look, nothing else (DESIGN.md 3).
enum class caller_role { owner, administrator };

// One process, told apart from a later one that was given the same pid.
struct process_key {
    pid_t pid = 0;
    std::uint64_t start_time = 0;  // clock ticks since boot, field 22 of /proc/PID/stat; 0 where it could not be read

    auto operator<=>(const process_key&) const = default;
};

struct caller {
    caller_role role = caller_role::owner;
    uid_t uid = 0;
    process_key process;
};

}  // namespace sgauth
