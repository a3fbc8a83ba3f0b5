#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What /proc/PID/cgroup says, for process_facts. Pure.

#include <string>
#include <string_view>

namespace sgauth {

// The path in systemd's hierarchy: the unified one's (`0::/…`); where that one is not used and systemd has
// one of its own (`1:name=systemd:/…`, cgroups 1 and hybrid), that one's. Empty if there is neither.
std::string cgroup_in(std::string_view proc_cgroup);

// The innermost unit on the way: *.service or *.scope, systemd's escapes left as they are
// (systemd.syntax: unit names); empty if there is none.
std::string unit_in(std::string_view cgroup);

}  // namespace sgauth
