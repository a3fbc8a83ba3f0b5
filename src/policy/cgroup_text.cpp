// SPDX-License-Identifier: Apache-2.0
#include "src/policy/cgroup_text.hpp"

#include <algorithm>

namespace sgauth {

namespace {

// One line is `ID:CONTROLLERS:PATH` (cgroups(7)); a path may hold colons.
bool is_of(std::string_view line, std::string_view id, std::string_view controllers)
{
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos)
        return false;
    return (id.empty() || line.substr(0, first) == id) &&
           line.substr(first + 1, second - first - 1) == controllers;
}

std::string path_of(std::string_view line)
{
    return std::string(line.substr(line.find(':', line.find(':') + 1) + 1));
}

}  // namespace

std::string cgroup_in(std::string_view proc_cgroup)
{
    std::string unified;
    std::string own;
    while (!proc_cgroup.empty()) {
        const std::string_view line = proc_cgroup.substr(0, proc_cgroup.find('\n'));
        proc_cgroup.remove_prefix(std::min(line.size() + 1, proc_cgroup.size()));
        if (is_of(line, {}, "name=systemd"))
            own = path_of(line);
        if (is_of(line, "0", ""))
            unified = path_of(line);
    }
    const bool is_used = !unified.empty() && unified != "/";
    return is_used || own.empty() ? unified : own;
}

std::string unit_in(std::string_view cgroup)
{
    while (!cgroup.empty()) {
        const std::size_t slash = cgroup.rfind('/');
        const std::string_view name = slash == std::string_view::npos ? cgroup : cgroup.substr(slash + 1);
        // A unit's name has something before its type.
        if ((name.size() > 8 && name.ends_with(".service")) || (name.size() > 6 && name.ends_with(".scope")))
            return std::string(name);
        cgroup = slash == std::string_view::npos ? std::string_view() : cgroup.substr(0, slash);
    }
    return {};
}

}  // namespace sgauth
