#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The settings of this daemon, read from where they are, and what they mean to its parts.

#include "src/settings/settings_loader.hpp"
#include "src/vault/key_place.hpp"

#include <optional>
#include <string>

namespace sgauth {

// A variable of the daemon's own environment, or null.
const char* own_variable(const char* name);

// All settings files, merged; `chosen` is --config's, empty for the usual ones. Blocks.
loaded read_settings(const std::string& chosen);

// vault.backend; nothing: "auto".
std::optional<key_place> place_of(vault_backend wanted);

}  // namespace sgauth
