#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where the daemon is asked: DESIGN.md 3, "Address". Daemon and client find the same place by the same rules.

#include <optional>
#include <string>
#include <sys/types.h>

namespace sgauth::proto {

// A Unix socket's path has 108 bytes in the kernel, one of them for the end.
inline constexpr std::size_t max_socket_path = 107;

struct address {
    std::string socket;     // the socket's path
    std::string directory;  // the folder that holds it, and the daemon's lock
    bool is_ours =
        false;  // the folder is one of our own making (`sgauth/` below a runtime folder, /tmp/sgauth-UID)
};

struct address_error {
    std::string message;  // for people, says what to do
};

// What the rules look at, so that tests can say it.
struct address_environment {
    std::optional<std::string> sgauth_socket;    // SGAUTH_SOCKET
    std::optional<std::string> xdg_runtime_dir;  // XDG_RUNTIME_DIR
    uid_t uid = 0;
    std::string run_user = "/run/user";
    std::string tmp = "/tmp";
};

// This process's environment and effective uid.
address_environment this_environment();

enum class make_directory { no, yes };

// Finds the address for `env.uid`. With make_directory::yes the folder is made (0700) where it is missing.
// Checks that the folder, if there, is a real one, the uid's own, and open to nobody else; a folder that is
// not is an error, never passed over in silence, but for an XDG_RUNTIME_DIR that is another user's (su,
// sudo), which the rules skip. Returns false and says why in `why`.
[[nodiscard]] bool find_address(
    const address_environment& env, make_directory make, address& out, address_error& why
);

// The daemon's name file beside the socket: holds the pid, locked for as long as the daemon runs.
std::string lock_path(const address& a);

}  // namespace sgauth::proto
