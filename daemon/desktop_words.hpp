#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The lines that sgauth-desktop writes, as the daemon reads them. Pure.

#include "src/agent/desktop_lock_policy.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace sgauth {

struct desktop_ready {};     // from now on it listens
struct desktop_here {};      // it does not hang
struct desktop_no_delay {};  // a sleep does not wait for us
struct desktop_trouble {
    std::string why;  // made fit to be shown; the bus's own words in part
};
struct desktop_nonsense {};  // none of ours, or of another version

using desktop_line = std::
    variant<desktop_nonsense, desktop_event, desktop_ready, desktop_here, desktop_no_delay, desktop_trouble>;

desktop_line read_desktop_line(std::string_view line);

}  // namespace sgauth
