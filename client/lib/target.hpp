#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Whom a client asks: where the daemon listens, whose it has to be, and whether and how it may be started.
// Made once from the environment, which no thread may read while another writes it, then handed to a channel.

#include "proto/address.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace sgauth::client {

enum class autostart { no, yes };

// Which sgauthd a start runs: SGAUTH_DAEMON if set; then the installed one and the one beside this program,
// in the order named here.
enum class daemon_first { installed, beside_us };

struct target {
    proto::address where;
    uid_t uid = 0;  // whose the listener has to be
    autostart start = autostart::no;
    std::string sgauthd;                   // the program that a start runs; empty: none was found
    std::vector<std::string> environment;  // NAME=VALUE, all that a started daemon gets
    std::string problem;                   // why there is no address: every call fails with it
};

// This user's own daemon. Never fails: a target without an address says so in `problem`. SGAUTH_AUTOSTART=0,
// and a program that runs with more rights than its user (setuid), never start a daemon whatever `start`
// says.
target own_target(autostart start, daemon_first first = daemon_first::installed);

// The same, at a socket named by the program instead of by SGAUTH_SOCKET.
target named_target(const std::string& socket, autostart start, daemon_first first = daemon_first::installed);

// Another user's daemon, for an administrator (DESIGN.md 3, "Both ends check"). Never started; this process's
// SGAUTH_SOCKET and XDG_RUNTIME_DIR do not count.
target target_of(uid_t uid);

}  // namespace sgauth::client
