#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The fences around the process, put up before anything is read. All are best effort: a daemon without one of
// them is better than none, and says so in its log.

#include <span>
#include <string>
#include <vector>

namespace sgauth {

// No core dumps, not dumpable (no ptrace, no /proc/PID/mem for others of our uid), umask 077, SIGPIPE
// ignored, no_new_privs (no setuid program gets more from us than we have; the fence needs it), 0, 1 and 2
// open, SIGHUP and SIGUSR1 held back until somebody takes them. Returns what could not be done, for the log.
std::vector<std::string> harden_process();

// Somebody takes them now.
void let_signals_in();

// Closes every descriptor above 2 that is not in `keep`, and sets the rest to close when a program is
// started.
void close_inherited(std::span<const int> keep);

}  // namespace sgauth
