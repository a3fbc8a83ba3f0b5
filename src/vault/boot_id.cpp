// SPDX-License-Identifier: Apache-2.0
#include "src/vault/boot_id.hpp"

#include <fstream>

namespace sgauth {

std::string boot_id()
{
    std::string line;
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::getline(file, line);
    return line;
}

}  // namespace sgauth
