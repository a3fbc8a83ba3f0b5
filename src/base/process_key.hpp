#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Which process something belongs to.

#include <compare>
#include <cstdint>
#include <sys/types.h>

namespace sgauth {

// One process, told apart from a later one that was given the same pid.
struct process_key {
    pid_t pid = 0;
    std::uint64_t start_time =
        0;  // clock ticks since boot, field 22 of /proc/PID/stat; 0 where it could not be read

    auto operator<=>(const process_key&) const = default;
};

}  // namespace sgauth
