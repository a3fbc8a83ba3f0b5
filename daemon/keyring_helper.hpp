#pragma once
// SPDX-License-Identifier: Apache-2.0

#include <string>

namespace sgauth {

// The path of sgauth-keyring, the only program that the daemon ever starts: where it was installed; in a
// build folder it stands beside the daemon.
std::string find_keyring_helper();

}  // namespace sgauth
