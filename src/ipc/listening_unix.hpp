#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Whether anybody listens on a socket file, for deciding whether it is a dead daemon's.

#include <string>

namespace sgauth::ipc {

// By the kernel's list of listening sockets, which also has those that systemd holds and that a connection
// would start something behind; then, for what that cannot show, by connecting.
bool has_listener(const std::string& path);

}  // namespace sgauth::ipc
