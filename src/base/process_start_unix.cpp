// SPDX-License-Identifier: Apache-2.0
#include "src/base/process_start_unix.hpp"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <unistd.h>

namespace sgauth {

// The second field is a name that may hold anything, so counting starts at its last ')'.
std::optional<std::uint64_t> start_time_in(std::string_view stat)
{
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string_view::npos)
        return std::nullopt;
    stat.remove_prefix(name_end);
    for (int field = 2; field < 22; ++field) {
        const std::size_t blank = stat.find(' ');
        if (blank == std::string_view::npos)
            return std::nullopt;
        stat.remove_prefix(blank + 1);
    }
    std::uint64_t ticks = 0;
    if (std::from_chars(stat.data(), stat.data() + stat.size(), ticks).ec != std::errc())
        return std::nullopt;
    return ticks;
}

std::optional<std::uint64_t> read_start_time(int process_folder)
{
    const int file = ::openat(process_folder, "stat", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;
    std::array<char, 1024> buffer;
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    ::close(file);
    if (size <= 0)
        return std::nullopt;
    return start_time_in(std::string_view(buffer.data(), static_cast<std::size_t>(size)));
}

}  // namespace sgauth
