// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_file.hpp"

#include "src/base/unique_fd.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sgauth {

namespace {

settings_file unreadable(std::string why)
{
    settings_file file;
    file.what = settings_file::outcome::unreadable;
    file.why = std::move(why);
    return file;
}

// One byte more than the limit is asked for, so that a file that grows meanwhile is noticed too.
bool read_all(int fd, std::string& out)
{
    char piece[4096];
    while (out.size() <= max_settings_bytes) {
        const ssize_t got = ::read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        out.append(piece, static_cast<std::size_t>(got));
    }
    return true;
}

std::string absolute(const char* path)
{
    return path && *path == '/' ? std::string(path) : std::string();
}

}  // namespace

settings_file read_settings_file(const std::string& path)
{
    // O_NONBLOCK: a FIFO put there must not hold the daemon up.
    const unique_fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (fd.get() < 0)
        return errno == ENOENT || errno == ENOTDIR ? settings_file() : unreadable(std::strerror(errno));
    struct stat st{};
    if (::fstat(fd.get(), &st) != 0)
        return unreadable(std::strerror(errno));
    if (!S_ISREG(st.st_mode))
        return unreadable("not a regular file");
    settings_file file;
    if (!read_all(fd.get(), file.text))
        return unreadable(std::strerror(errno));
    if (file.text.size() > max_settings_bytes)
        return unreadable("larger than " + std::to_string(max_settings_bytes) + " bytes");
    file.what = settings_file::outcome::read;
    file.owner = st.st_uid;
    file.mode = st.st_mode & 07777;
    return file;
}

std::string follow_links(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    return real ? std::string(real.get()) : std::string();
}

settings_places default_settings_places(const std::function<const char*(const char*)>& get)
{
    settings_places places;
    std::string base = absolute(get("XDG_CONFIG_HOME"));
    if (base.empty()) {
        const std::string home = absolute(get("HOME"));
        if (!home.empty())
            base = home + "/.config";
    }
    if (!base.empty())
        places.user = base + "/sgauth/config.toml";
    return places;
}

}  // namespace sgauth
