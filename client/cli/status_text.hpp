#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The page that `sgauth status` shows.

#include "proto/messages.hpp"

#include <cstdint>
#include <string>

namespace sgauth::cli {

enum class settings_shown { no, yes };

// Problems first, then a line for each thing, then the sites' table, then the settings'. `now` in Unix
// seconds.
std::string status_page(const proto::status_reply& s, settings_shown settings, std::int64_t now, bool colour);

}  // namespace sgauth::cli
