#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The attempt_log as it is written down: one JSON document with wall times, as the boot clock ends with the
// boot; and with what both clocks said, so that within one boot nobody gains a try by setting the wall clock.
// Pure.

#include "src/base/error.hpp"
#include "src/login/attempt_log.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sgauth {

// A full log of the longest logins is a quarter of this.
inline constexpr std::size_t max_attempt_record_bytes = 1024 * 1024;

struct both_clocks {
    boot_time boot;
    wall_time wall;
    std::string boot_id = {};  // of the boot clock; empty: not known
};

std::string write_attempts(const attempt_log& log, const both_clocks& now);

// Reads one back; what is over an hour old is left out. A time that lies ahead, as the wall clock was set
// back meanwhile, counts as now: nothing is won by it, and it is forgotten in an hour like any other.
// errc::failed: not a record of ours.
result<attempt_log> read_attempts(std::string_view text, const both_clocks& now);

}  // namespace sgauth
