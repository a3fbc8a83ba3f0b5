#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The last surprise on record, in one sentence. Pure.

#include "proto/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::cli {

// Which surprises count: all, those of a process, or those at a site in any spelling that people use.
struct concern {
    std::optional<std::int64_t> pid;
    std::optional<std::string> site;
};

// "maya was refused at 14:02: session expired at the site, last used Friday 19:12; run `sgauth login`".
// `entries` are the record, the oldest first; `now` in Unix seconds. Empty if nothing surprising is there.
std::string last_surprise(
    const std::vector<proto::audit_entry>& entries, const concern& about, std::int64_t now
);

// "at 14:02" of today, "Friday 19:12" of the six days before, else "2026-11-17 19:12"; the person's own time.
std::string when_text(std::int64_t when, std::int64_t now);

}  // namespace sgauth::cli
