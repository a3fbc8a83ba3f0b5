#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The daemon's command line and the two environment variables that are about the process itself. What the
// product does is in the settings (src/settings).

#include "src/base/error.hpp"

#include <functional>
#include <span>
#include <string>

namespace sgauth {

struct options {
    std::string socket;              // --socket; empty: DESIGN.md 3, "Address"
    std::string config;              // --config; empty: the usual files
    std::string log_level = "info";  // SGAUTH_LOG
    int ready_fd = -1;               // --ready-fd: told by one byte when we listen
    bool version = false;            // --version
    bool help = false;               // --help
};

// Gives a variable's value, or null; ::getenv in the daemon.
using environment = std::function<const char*(const char* name)>;

// `arguments` without the program's name. errc::invalid names what is wrong with it.
result<options> read_options(std::span<const char* const> arguments, const environment& variable);

// What --help prints.
extern const char* const usage;

}  // namespace sgauth
