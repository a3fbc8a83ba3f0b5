// SPDX-License-Identifier: Apache-2.0
#include "daemon/keyring_helper.hpp"

#include <filesystem>
#include <unistd.h>

namespace sgauth {

std::string find_keyring_helper()
{
    std::error_code ec;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", ec);
    const auto beside = own.parent_path() / "sgauth-keyring";
    if (!ec && ::access(beside.c_str(), X_OK) == 0)
        return beside;
    return SGAUTH_KEYRING_HELPER;
}

}  // namespace sgauth
