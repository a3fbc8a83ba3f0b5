#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Who is at the other end of a connection, by the kernel's word alone.

#include "src/base/unique_fd.hpp"
#include "src/policy/caller.hpp"

#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace sgauth::ipc {

// The process that connected. Where the kernel pins it (SO_PEERPIDFD, Linux 6.5) nothing more is needed until
// somebody asks for its start time; before that the start time is read at once, which is not free of races.
struct peer {
    uid_t uid = 0;
    pid_t pid = 0;  // 0: a process of another pid namespace
    std::uint64_t start_time = 0;
};

enum class pinning { by_kernel, by_start_time };
// What this kernel can do.
pinning kernel_pinning() noexcept;

// Asks the kernel, right after accept. Nothing if it will not say, or the process has ended already and
// cannot be told apart from a later one.
std::optional<peer> look_at_peer(int socket, pinning how = kernel_pinning());

// DESIGN.md 3: the daemon's own uid is the owner, root an administrator; nothing: nobody else is served.
std::optional<caller_role> admit(uid_t peer, uid_t own) noexcept;

// When the process that connected started, as process_key has it. Nothing if it has ended, as its pid may be
// another's then; nor for one of another pid namespace, which cannot be told from its neighbours.
std::optional<std::uint64_t> start_time_of(int socket, const peer& who);

}  // namespace sgauth::ipc
