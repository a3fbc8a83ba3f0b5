#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A process that somebody names by its pid, for being told about. Who asks by a connection is pinned there
// (ipc/peer_unix.hpp) and needs none of this.

#include "src/base/process_key.hpp"

#include <optional>
#include <sys/types.h>

namespace sgauth {

struct found_process {
    process_key key;
    uid_t user = 0;  // effective, as a connection of it would have it
};

// The process that has this pid now; nothing if none has. Touches no disk.
std::optional<found_process> find_process(pid_t pid);

}  // namespace sgauth
