#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// JSON for a person's eyes: indented, a member a line.

#include "proto/json.hpp"

#include <string>

namespace sgauth::cli {

// Appends the value, without a newline at the end. May hold what the value holds: wipe it.
void write_pretty(std::string& out, proto::json_value value);

}  // namespace sgauth::cli
