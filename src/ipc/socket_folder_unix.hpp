#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Whether a place is fit for the daemon's socket. listener_unix.hpp uses it.

#include "src/base/error.hpp"

#include <string>
#include <sys/types.h>

namespace sgauth::ipc {

// True for the file systems that other machines share, by statfs(2)'s f_type: sockets and locks on them mean
// nothing, or mean something to the wrong machine. A network file system behind FUSE (sshfs) looks like any
// other FUSE.
bool is_network_file_system(long type) noexcept;

// errc::denied, saying what is wrong: not a folder of `own`'s or root's, writable by others (unless sticky,
// as /tmp is), or on a network file system.
result<void> check_socket_folder(const std::string& path, uid_t own);

}  // namespace sgauth::ipc
