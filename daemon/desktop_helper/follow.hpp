#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// sgauth-desktop follow: listens to logind until the daemon goes, and says what it hears (words.hpp).

namespace sgauth::desktop_helper {

// Returns the exit code, once there is nobody to listen to or nobody who listens.
int follow();

}  // namespace sgauth::desktop_helper
