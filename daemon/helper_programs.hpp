#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The programs that the daemon starts: its own, and no others. Each does what can wait for a bus or a person.

#include "daemon/options.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

inline constexpr std::string_view keyring_program = "sgauth-keyring";  // fetches or keeps the vault's key
inline constexpr std::string_view desktop_program = "sgauth-desktop";  // listens and speaks to the desktop

// The path of one: where it was installed; in a build folder it stands beside the daemon.
std::string find_helper(std::string_view program);

// How the session bus is found.
inline constexpr const char* session_bus_variables[] = {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"};

// All that a helper gets to know of our environment: those of the variables in `names` that are set.
std::vector<std::string> helper_environment(const environment& variable, std::span<const char* const> names);

}  // namespace sgauth
