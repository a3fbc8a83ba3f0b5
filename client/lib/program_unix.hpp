#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Runs another program out of a host process that we know nothing about: it inherits no descriptor, signal or
// working directory, its standard streams are /dev/null, and it is in a session of its own.

#include "client/lib/failure.hpp"

#include <string>
#include <vector>

namespace sgauth::client {

struct program {
    std::vector<std::string> arguments;    // the first is the path
    std::vector<std::string> environment;  // NAME=VALUE
};

// Runs it and waits for its end. True if it ended with 0 before the deadline; it is killed at the deadline.
// Where the host process has the kernel reap its children, true if it ended at all.
bool run_to_end(const program& what, time_point deadline);

enum class readiness { ready, ended, timed_out, not_run };

// Runs it as nobody's child, with `--ready-fd N` added, and waits until it has written one byte to N. It goes
// on after a timeout. ended: it closed N, or ended, without a byte.
readiness run_until_ready(const program& what, time_point deadline);

}  // namespace sgauth::client
