#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The verb `notify`: shows one notification (the Desktop Notifications Specification, version 1.2), whatever
// program of the desktop does that. Standard input is its summary, one line, then its body, both plain text;
// nothing of it stands in argv, which anybody can read.

namespace sgauth::desktop_helper {

// Returns an exit code, within 5 s or not at all: then the process has ended with `no_answer`.
int notify();

}  // namespace sgauth::desktop_helper
