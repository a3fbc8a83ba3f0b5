// SPDX-License-Identifier: Apache-2.0
#include "daemon/helper_programs.hpp"

#include <filesystem>
#include <unistd.h>

namespace sgauth {

std::string find_helper(std::string_view program)
{
    std::error_code ec;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", ec);
    const auto beside = own.parent_path() / program;
    if (!ec && ::access(beside.c_str(), X_OK) == 0)
        return beside;
    return std::filesystem::path(SGAUTH_HELPERS) / program;
}

std::vector<std::string> helper_environment(const environment& variable, std::span<const char* const> names)
{
    std::vector<std::string> all;
    for (const char* name : names)
        if (const char* value = variable(name))
            all.push_back(std::string(name) + "=" + value);
    return all;
}

}  // namespace sgauth
