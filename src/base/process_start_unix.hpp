#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// When a process started: what tells it apart from a later one that was given the same pid (process_key.hpp).

#include <cstdint>
#include <optional>
#include <string_view>

namespace sgauth {

// Field 22 of /proc/PID/stat's text. Nothing if that is no such text.
std::optional<std::uint64_t> start_time_in(std::string_view stat);

// Of the process whose folder in /proc this descriptor is open on: that folder stays the same process's, also
// when its pid is given away again. Nothing if the process has ended. Never suspends, touches no disk.
std::optional<std::uint64_t> read_start_time(int process_folder);

}  // namespace sgauth
