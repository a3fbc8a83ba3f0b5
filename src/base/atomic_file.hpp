#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Small private files that are whole or not there: a new content replaces the old one in one step and is on
// the disk when the call returns, and what goes wrong on the way leaves the old file. All of it blocks: the
// daemon calls it on its disk lane.

#include "src/base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

// Makes `path` hold `content`, mode 0600. errc::failed says what went wrong and what to do about it; the old
// file is then as it was, but where the text says that only the folder could not be flushed.
result<void> write_file(const std::filesystem::path& path, std::string_view content);

// The whole content; nothing if there is no such file. errc::failed: it cannot be read, is no regular file (a
// link is none), or is over `max_bytes`.
result<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t max_bytes);

// What stands between the name and the number of a file that was set aside.
inline constexpr std::string_view set_aside_mark = ".bad-";
// Renames `path`, durably, to the first free of NAME.bad-1, NAME.bad-2, … and returns the new path: what
// cannot be understood is kept for people to look at. Never overwrites. On an error it is under its name as
// before.
result<std::filesystem::path> set_aside(const std::filesystem::path& path);

// Removes `path`, durably; it is no error if there is none.
result<void> remove_file(const std::filesystem::path& path);

// Removes what a crash in write_file(path) has left beside it. For one process at a time; what cannot be
// removed stays.
void remove_unfinished(const std::filesystem::path& path);

// Makes the folder, mode 0700, with its parents where missing. errc::denied if it is there and is not a
// folder, is a link, belongs to somebody else, or others may look into it.
result<void> create_private_directory(const std::filesystem::path& path);

}  // namespace sgauth
