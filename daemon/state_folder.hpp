#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Where the daemon keeps what outlives it: $XDG_STATE_HOME/sgauth/<machine id>/ (DESIGN.md 6). By machine, as
// homes are often shared between them.

#include "daemon/options.hpp"
#include "src/base/error.hpp"
#include "src/base/unique_fd.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

// The folder for these variables; `home` is the user's by the password database and stands in for HOME. Empty
// if neither says an absolute path.
std::filesystem::path state_folder(
    const environment& variable, const std::string& home, std::string_view machine_id
);

struct held_folder {
    unique_fd lock;  // empty where the folder's file system has no such locks
    // By what another daemon could come to write over the store here, with what to do: sentences for `sgauth
    // status`.
    std::vector<std::string> problems;
};
// Keeps other daemons of this machine out of the folder for as long as the lock is open: two of them would
// write over each other's store. Those of other machines are kept out by its name, the machine's id alone.
// errc::failed: another one has it.
result<held_folder> hold_state_folder(const std::filesystem::path& folder);

// The folder of this process's user on this machine, by the same rules; not made.
std::filesystem::path this_state_folder();

// The same, made; where that cannot be the log says why, and what wants to write there later says so too.
std::filesystem::path prepare_state_folder();

}  // namespace sgauth
