#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is on record, as `audit` and `why` get it: all pages of it.

#include "client/cli/daemon.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::cli {

struct record {
    std::vector<proto::audit_entry> entries;  // oldest first
    std::string sink;                         // where it is recorded
    std::optional<std::string> broken;        // where the chain does not hold
};

// Asks the person's own daemon. `since` in Unix seconds.
[[nodiscard]] bool read_record(std::optional<std::int64_t> since, record& out, client::call_failure& why);
// Says on stderr what the reader has to know of the record itself: broken, or kept elsewhere.
void warn_of_record(const record& r);

// "1790000000", "2026-11-24", "2026-11-24 14:05", "2026-11-24T14:05:30Z", or how long ago: "90s", "15m",
// "2h", "3d", "1w". As Unix seconds; nothing if it is none of these, or no day of the calendar. Without a Z
// it is the person's own time.
std::optional<std::int64_t> moment_of(std::string_view text, std::int64_t now);

}  // namespace sgauth::cli
