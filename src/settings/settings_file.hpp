#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The settings' files on a real file system, for load_settings.

#include "src/settings/settings_loader.hpp"

#include <functional>
#include <string>

namespace sgauth {

// Reads one file, links followed (people keep their settings in repositories); owner and mode are those of
// what was read. A missing file or folder is `missing`; anything but a regular file of at most
// max_settings_bytes is `unreadable`. Blocks as a local disk does: at start and at reload only.
settings_file read_settings_file(const std::string& path);

// Where a path's links lead, all of them followed; empty if nowhere. Blocks as a local disk does.
std::string follow_links(const std::string& path);

// Far more than anybody writes by hand.
inline constexpr std::size_t max_settings_bytes = 1'048'576;

// Where this process's user keeps settings: XDG_CONFIG_HOME where it is absolute, else HOME's .config; `get`
// is
// ::getenv.
settings_places default_settings_places(const std::function<const char*(const char*)>& get);

}  // namespace sgauth
