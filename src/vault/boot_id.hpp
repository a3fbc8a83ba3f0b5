#pragma once
// SPDX-License-Identifier: Apache-2.0

#include <string>

namespace sgauth {

// This boot's name (random(4), boot_id), by which a key that ended with an earlier one is told from one that
// was removed. Empty where there is no /proc.
std::string boot_id();

}  // namespace sgauth
