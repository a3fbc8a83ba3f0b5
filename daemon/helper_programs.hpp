#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The programs that the daemon starts: its own, and no others. Each does what can wait for a bus or a person.

#include <string>
#include <string_view>

namespace sgauth {

inline constexpr std::string_view keyring_program = "sgauth-keyring";  // fetches or keeps the vault's key
inline constexpr std::string_view desktop_program = "sgauth-desktop";  // listens and speaks to the desktop

// The path of one: where it was installed; in a build folder it stands beside the daemon.
std::string find_helper(std::string_view program);

}  // namespace sgauth
