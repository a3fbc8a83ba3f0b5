#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where password_budget's record is on the disk.

#include "src/base/clock.hpp"
#include "src/login/attempt_log.hpp"
#include "src/login/password_budget.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace sgauth {

class lane;

// The file's name in the state folder.
inline constexpr const char* attempt_file_name = "password-budget";

struct attempts_at_start {
    attempt_log log;
    std::optional<std::string>
        problem;  // what was wrong with the file, for people, and what was done about it
};

// Reads the record, blocking: at the start of the daemon. No file is an empty record. One that cannot be
// understood is set aside, its tries count as unknown (attempt_log::set_unknown_before), and a record that
// says so takes its place: a second restart must not forget it.
attempts_at_start read_attempt_file(const std::filesystem::path& path, const time_source& time);

// Writes the record on the disk lane, which outlives it.
password_budget::writer attempt_file_writer(lane& disk, std::filesystem::path path);

}  // namespace sgauth
