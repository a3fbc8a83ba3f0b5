// SPDX-License-Identifier: Apache-2.0
#include "daemon/key_places.hpp"

#include "daemon/helper_programs.hpp"

#include <string>

namespace sgauth {

namespace {

constexpr std::size_t tag_digits = 16;

// One store's keys are told from another's, of this home or on another machine, by its folder.
std::string tag_of(const std::filesystem::path& folder)
{
    return digest("sgauth store 1", folder.native()).substr(0, tag_digits);
}

// How the session bus is found, and which keyring of whom: nothing else is the helper's business.
constexpr const char* keyring_variables[] = {
    "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "LANG"
};

std::filesystem::path credentials(const environment& variable)
{
    const char* folder = variable("CREDENTIALS_DIRECTORY");
    return folder && *folder == '/' ? folder : std::filesystem::path();
}

}  // namespace

key_places::key_places(
    const std::filesystem::path& folder, const environment& variable, lane& disk, time_source& time
)
    : credential_(credentials(variable), disk, time),
      secret_service_(
          tag_of(folder), find_helper(keyring_program), helper_environment(variable, keyring_variables), time
      ),
      keyring_(tag_of(folder), time)
{
}

}  // namespace sgauth
