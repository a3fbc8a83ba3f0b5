// SPDX-License-Identifier: Apache-2.0
#include "src/policy/process_lookup_unix.hpp"

#include "src/base/process_start_unix.hpp"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sgauth {

namespace {

std::string status_of(int folder)
{
    const int file = ::openat(folder, "status", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return {};
    std::array<char, 2048> buffer;  // the line comes early
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    ::close(file);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

// `Uid:` real, effective, saved, of files, each after a tab (proc_pid_status(5)).
std::optional<uid_t> effective_user(std::string_view status)
{
    constexpr std::string_view name = "\nUid:\t";
    const std::size_t at = status.find(name);
    if (at == std::string_view::npos)
        return std::nullopt;
    status.remove_prefix(at + name.size());
    status.remove_prefix(std::min(status.find('\t'), status.size() - 1) + 1);
    uid_t user = 0;
    if (std::from_chars(status.data(), status.data() + status.size(), user).ec != std::errc())
        return std::nullopt;
    return user;
}

}  // namespace

std::optional<found_process> find_process(pid_t pid)
{
    const std::string path = "/proc/" + std::to_string(pid);
    const int folder = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return std::nullopt;
    const auto user = effective_user(status_of(folder));
    const auto started = read_start_time(folder);
    ::close(folder);
    if (!user || !started)
        return std::nullopt;
    return found_process{{pid, *started}, *user};
}

}  // namespace sgauth
