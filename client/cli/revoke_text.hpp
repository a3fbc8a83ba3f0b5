#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is said of a session that was taken away.

#include "proto/messages.hpp"

#include <cstdint>
#include <string>

namespace sgauth::cli {

// "jane @ https://x: revoked; the site rejects it now". Claims no more than was observed (DESIGN.md 4.4).
std::string revoked_line(const proto::revoked& r, std::int64_t now);

}  // namespace sgauth::cli
