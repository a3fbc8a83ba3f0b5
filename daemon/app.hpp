#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The composition root: puts the parts together, runs them on one thread, and takes them down again in order.

#include "daemon/backend.hpp"
#include "daemon/options.hpp"
#include "daemon/service_manager.hpp"

#include <filesystem>
#include <functional>

namespace sgauth {

// Gives the folder that a backend writes in, made; empty: there is none.
using folder_maker = std::function<std::filesystem::path()>;

// What a process of the daemon does from its first line to its exit code. 0: stopped by a signal, or
// --version; 1: it could not start, or another daemon is running; 2: usage. Does not return if something is
// stuck at the end.
int daemon_main(
    int argc, char** argv, const backend_factory& make_backend, const folder_maker& make_folder = {}
);

}  // namespace sgauth
