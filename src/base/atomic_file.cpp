// SPDX-License-Identifier: Apache-2.0
#include "src/base/atomic_file.hpp"

#include "proto/utf8.hpp"
#include "src/base/random.hpp"
#include "src/base/unique_fd.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sgauth {

namespace {

// Between a file's name and random digits: one that is being written.
constexpr const char* unfinished = ".new-";
// More set aside than this is a fault that repeats; a person has to look.
constexpr int max_set_aside = 100;

std::string shown(const std::filesystem::path& path)
{
    return proto::printable(path.native());
}

std::string advice_for(int cause)
{
    switch (cause) {
        case ENOSPC:
        case EDQUOT:
            return "; make room on that disk";
        case EACCES:
        case EPERM:
            return "; make it writable for this user";
        case EROFS:
            return "; its file system is read-only";
        case EMFILE:
        case ENFILE:
            return "; too many files are open, try again";
        default:
            return "";
    }
}

std::unexpected<error> in_words(const char* what, const std::filesystem::path& path, int cause)
{
    return fail(
        errc::failed,
        fmt::format("cannot {} {}: {}{}", what, shown(path), ::strerror(cause), advice_for(cause))
    );
}

bool write_all(int fd, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t wrote = ::write(fd, content.data(), content.size());
        if (wrote < 0 && errno != EINTR)
            return false;
        if (wrote > 0)
            content.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

std::filesystem::path folder_of(const std::filesystem::path& path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// A rename is on the disk only once its folder is. 0, or why it is not.
int try_to_flush_folder(const std::filesystem::path& path)
{
    const unique_fd fd(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return !fd || ::fsync(fd.get()) != 0 ? errno : 0;
}

result<void> flush_folder(const std::filesystem::path& path)
{
    const int cause = try_to_flush_folder(path);
    if (cause == 0)
        return {};
    return fail(
        errc::failed,
        fmt::format("{} was written but may not survive a power cut: {}", shown(path), ::strerror(cause))
    );
}

result<void> write_new(const std::filesystem::path& fresh, std::string_view content)
{
    unique_fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return in_words("write", fresh, errno);
    if (!write_all(fd.get(), content) || ::fsync(fd.get()) != 0 || !fd.close())
        return in_words("write", fresh, errno);
    return {};
}

// `expected` is what the system says of its size: a limit is for what nobody expects, and no size to begin
// with.
result<std::string> read_all(
    int fd, const std::filesystem::path& path, std::size_t expected, std::size_t max_bytes
)
{
    // One byte more than allowed: a file that grows while it is read is found too.
    const std::size_t most = max_bytes + 1;
    std::string content(std::min(expected + 1, most), '\0');
    std::size_t size = 0;
    while (size < most) {
        if (size == content.size())
            content.resize(std::min(2 * size, most));
        const ssize_t got = ::read(fd, content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return in_words("read", path, errno);
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    if (size > max_bytes)
        return fail(errc::failed, fmt::format("{} is larger than {} bytes", shown(path), max_bytes));
    content.resize(size);
    return content;
}

}  // namespace

result<void> write_file(const std::filesystem::path& path, std::string_view content)
{
    std::filesystem::path fresh = path;
    fresh += unfinished + random_hex(4);
    if (const auto written = write_new(fresh, content); !written) {
        ::unlink(fresh.c_str());
        return written;
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) {
        const int cause = errno;
        ::unlink(fresh.c_str());
        return in_words("replace", path, cause);
    }
    return flush_folder(path);
}

result<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t max_bytes)
{
    // Non-blocking: opening a pipe that somebody put there must not hang.
    const unique_fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd && errno == ENOENT)
        return std::nullopt;
    if (!fd && errno == ELOOP)
        return fail(errc::failed, shown(path) + " is a link, where a file of ours is expected; remove it");
    if (!fd)
        return in_words("read", path, errno);
    struct stat about{};
    if (::fstat(fd.get(), &about) != 0)
        return in_words("read", path, errno);
    if (!S_ISREG(about.st_mode))
        return fail(errc::failed, shown(path) + " is no regular file; remove it");
    return read_all(fd.get(), path, static_cast<std::size_t>(about.st_size), max_bytes);
}

result<std::filesystem::path> set_aside(const std::filesystem::path& path)
{
    for (int n = 1; n <= max_set_aside; ++n) {
        std::filesystem::path target = path;
        target += fmt::format("{}{}", set_aside_mark, n);
        if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
            const int cause = try_to_flush_folder(path);
            if (cause == 0)
                return target;
            // As it was: a new file that is written here must not have taken its place after a power cut.
            ::renameat2(AT_FDCWD, target.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
            return in_words("rename", path, cause);
        }
        if (errno != EEXIST)
            return in_words("rename", path, errno);
    }
    return fail(
        errc::failed,
        fmt::format("cannot rename {}: {} were set aside before; remove them", shown(path), max_set_aside)
    );
}

result<void> remove_file(const std::filesystem::path& path)
{
    if (::unlink(path.c_str()) == 0)
        return flush_folder(path);
    return errno == ENOENT ? result<void>() : in_words("remove", path, errno);
}

void remove_unfinished(const std::filesystem::path& path)
{
    const std::string beginning = path.filename().native() + unfinished;
    std::vector<std::filesystem::path> found;
    std::error_code ec;
    std::filesystem::directory_iterator at(folder_of(path), ec);
    for (; !ec && at != std::filesystem::directory_iterator(); at.increment(ec))
        if (at->path().filename().native().starts_with(beginning))
            found.push_back(at->path());
    for (const std::filesystem::path& one : found)
        ::unlink(one.c_str());
    if (!found.empty())
        static_cast<void>(try_to_flush_folder(path));  // one that comes back goes with the next
}

result<void> create_private_directory(const std::filesystem::path& path)
{
    std::error_code cause;
    std::filesystem::create_directories(folder_of(path), cause);
    if (cause)
        return in_words("make", folder_of(path), cause.value());
    if (::mkdir(path.c_str(), 0700) == 0) {
        if (auto kept = flush_folder(path); !kept)
            return kept;
    } else if (errno != EEXIST) {
        return in_words("make", path, errno);
    }
    struct stat about{};
    if (::lstat(path.c_str(), &about) != 0)
        return in_words("look at", path, errno);
    if (!S_ISDIR(about.st_mode))
        return fail(errc::denied, shown(path) + " is no folder, or a link; remove it");
    if (about.st_uid != ::geteuid())
        return fail(
            errc::denied, shown(path) + " belongs to another user; remove it or choose another folder"
        );
    if ((about.st_mode & 077) != 0)
        return fail(errc::denied, shown(path) + " is open to others; take their rights away: chmod 700");
    return {};
}

}  // namespace sgauth
