// SPDX-License-Identifier: Apache-2.0
#include "daemon/state_folder.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"
#include "src/base/log.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace sgauth {

namespace {

// Of a machine that has no id: it is then taken to be alone in using this home.
constexpr const char* no_machine = "local";

std::string machine_id()
{
    for (const char* file : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
        std::string line;
        std::ifstream text(file);
        const bool good =
            std::getline(text, line) && line.size() == 32 &&
            std::all_of(line.begin(), line.end(), [](unsigned char c) { return std::isxdigit(c); });
        if (good)
            return line;
    }
    return no_machine;
}

std::string home_by_the_database()
{
    std::vector<char> buffer(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
    return found && found->pw_dir ? found->pw_dir : "";
}

std::filesystem::path absolute_or_none(const char* value)
{
    return value && *value == '/' ? std::filesystem::path(value) : std::filesystem::path();
}

}  // namespace

std::filesystem::path state_folder(
    const environment& variable, const std::string& home, std::string_view machine_id
)
{
    std::filesystem::path base = absolute_or_none(variable("XDG_STATE_HOME"));
    if (base.empty()) {
        std::filesystem::path own = absolute_or_none(variable("HOME"));
        if (own.empty())
            own = absolute_or_none(home.c_str());
        if (own.empty())
            return {};
        base = own / ".local" / "state";
    }
    return base / "sgauth" / machine_id;
}

result<unique_fd> hold_state_folder(const std::filesystem::path& folder)
{
    unique_fd held(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!held || ::flock(held.get(), LOCK_EX | LOCK_NB) == 0)
        return held;
    if (errno == EWOULDBLOCK)
        return fail(
            errc::failed,
            "another sgauthd of yours has the stored sessions in " + proto::printable(folder.native()) +
                " open; stop it first"
        );
    return unique_fd();
}

std::filesystem::path this_state_folder()
{
    const environment variable = [](const char* name) { return std::getenv(name); };
    return state_folder(variable, home_by_the_database(), machine_id());
}

std::filesystem::path prepare_state_folder()
{
    std::filesystem::path folder = this_state_folder();
    if (folder.empty())
        return folder;
    if (const auto made = create_private_directory(folder); !made)
        log::warning("no place for what outlives the daemon: {}", made.error().detail);
    return folder;
}

}  // namespace sgauth
