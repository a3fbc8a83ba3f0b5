// SPDX-License-Identifier: Apache-2.0
#include "src/settings/policy_rule.hpp"

#include <string_view>

namespace sgauth {

namespace {

// Of a unit or one folder of a cgroup: `farm*.service` does, `*.service` and `?-*` do not.
bool is_a_name(std::string_view glob)
{
    for (const std::string_view kind : {".service", ".scope", ".slice"})
        if (glob.ends_with(kind))
            glob.remove_suffix(kind.size());
    return glob.find_first_not_of("*?.-_@") != std::string_view::npos;
}

bool has_a_name(std::string_view path)
{
    while (!path.empty()) {
        const std::size_t end = path.find('/');
        if (is_a_name(path.substr(0, end)))
            return true;
        path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    }
    return false;
}

}  // namespace

bool policy_rule::names_place() const
{
    return is_a_name(unit) || has_a_name(cgroup);
}

}  // namespace sgauth
