// SPDX-License-Identifier: Apache-2.0
#include "daemon/state_folder.hpp"

#include "proto/utf8.hpp"
#include "src/base/atomic_file.hpp"
#include "src/base/log.hpp"
#include "src/ipc/socket_folder_unix.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <pwd.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <vector>

namespace sgauth {

namespace {

// Of a machine that has no id: it has to be alone in using this home.
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

bool is_on_network(int fd)
{
    struct statfs fs{};
    return ::fstatfs(fd, &fs) == 0 && ipc::is_network_file_system(static_cast<long>(fs.f_type));
}

std::string cannot_be_locked(const std::filesystem::path& folder, int why)
{
    return "the state folder " + proto::printable(folder.native()) + " cannot be locked (" +
           std::strerror(why) +
           "): another sgauthd of yours could write over the stored sessions; set XDG_STATE_HOME of sgauthd "
           "to a "
           "folder on a local disk";
}

std::string shared_for_want_of_an_id(const std::filesystem::path& folder)
{
    return "this machine has no /etc/machine-id, and the state folder " + proto::printable(folder.native()) +
           " is on a network: all machines without one share it, and could write over each other's stored "
           "sessions; run `systemd-machine-id-setup` as root, then restart sgauthd";
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

result<held_folder> hold_state_folder(const std::filesystem::path& folder)
{
    held_folder held;
    held.lock = unique_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!held.lock)
        return held;
    if (folder.filename() == no_machine && is_on_network(held.lock.get()))
        held.problems.push_back(shared_for_want_of_an_id(folder));
    if (::flock(held.lock.get(), LOCK_EX | LOCK_NB) == 0)
        return held;
    const int why = errno;
    if (why == EWOULDBLOCK)
        return fail(
            errc::failed,
            "another sgauthd of yours has the stored sessions in " + proto::printable(folder.native()) +
                " open; stop it first"
        );
    held.lock = unique_fd();
    log::warning("the state folder cannot be locked: {}", std::strerror(why));
    held.problems.push_back(cannot_be_locked(folder, why));
    return held;
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
