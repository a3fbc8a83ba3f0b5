// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/listener_unix.hpp"

#include "src/ipc/listening_unix.hpp"
#include "src/ipc/socket_folder_unix.hpp"
#include "src/ipc/stream_unix.hpp"

#include <spdlog/fmt/fmt.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <utility>

namespace sgauth::ipc {

namespace {

std::unexpected<error> system_fault(std::string_view what, const std::string& path)
{
    return fail(errc::failed, fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

// The pid in the lock file. Its holder may not have come to write it yet: looks again for a moment.
std::optional<pid_t> read_holder(int file)
{
    constexpr int tries = 20;
    constexpr timespec pause{0, 5'000'000};
    for (int i = 0; i < tries; ++i) {
        char text[16];
        const ssize_t size = ::pread(file, text, sizeof text, 0);
        pid_t pid = 0;
        if (size > 0 && std::from_chars(text, text + size, pid).ec == std::errc() && pid > 0)
            return pid;
        ::nanosleep(&pause, nullptr);
    }
    return std::nullopt;
}

std::unexpected<error> held_by_another(int file, const std::string& socket)
{
    const auto pid = read_holder(file);
    const std::string who = pid ? fmt::format("pid {}", *pid) : "its pid is not known yet";
    return fail(errc::busy, fmt::format("another sgauthd is running ({}), on {}", who, socket));
}

// Asks the holder of the lock to end; true if it has let go. It is pinned before it is known to hold the lock
// still, so that no other process gets the signal.
bool see_off_holder(const proto::address& where)
{
    constexpr int tries = 250;
    constexpr timespec pause{0, 10'000'000};
    const unique_fd file(::open(proto::lock_path(where).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    );
    const auto pid = file ? read_holder(file.get()) : std::nullopt;
    if (!pid || *pid == ::getpid())
        return false;
    const unique_fd holder(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
        return true;
    ::syscall(SYS_pidfd_send_signal, holder.get(), SIGTERM, nullptr, 0);
    for (int i = 0; i < tries; ++i) {
        if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
            return true;
        ::nanosleep(&pause, nullptr);
    }
    return false;
}

result<unique_fd> take_lock(const proto::address& where, uid_t own)
{
    const std::string path = proto::lock_path(where);
    unique_fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    if (!file)
        return system_fault("cannot open the lock", path);
    struct stat st{};
    if (::fstat(file.get(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != own)
        return fail(errc::denied, fmt::format("{} is not a file of our own: remove it", path));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return held_by_another(file.get(), where.socket);
        return system_fault("cannot lock", path);
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), pid.data(), pid.size(), 0) < 0)
        return system_fault("cannot write to", path);
    return file;
}

// Only the holder of the lock comes here: a socket file that nobody listens on is a dead daemon's.
result<void> remove_stale_socket(const std::string& path, uid_t own)
{
    struct stat st{};
    if (::lstat(path.c_str(), &st) != 0)
        return errno == ENOENT ? result<void>() : system_fault("cannot look at", path);
    if (!S_ISSOCK(st.st_mode) || st.st_uid != own)
        return fail(errc::denied, fmt::format("{} is in the way and is no socket of ours: remove it", path));
    if (has_listener(path))
        return fail(
            errc::busy,
            fmt::format(
                "something else listens on {}; if it is systemd: systemctl --user start sgauthd", path
            )
        );
    if (::unlink(path.c_str()) != 0)
        return system_fault("cannot remove", path);
    return {};
}

result<unique_fd> bind_and_listen(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() > proto::max_socket_path)
        return fail(errc::failed, fmt::format("the path {} is too long for a socket", path));
    path.copy(address.sun_path, path.size());
    unique_fd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made)
        return system_fault("cannot make", path);
    const mode_t before = ::umask(0177);
    const int bound = ::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0 || !tell_senders(made.get()) || ::listen(made.get(), SOMAXCONN) != 0)
        return system_fault("cannot listen on", path);
    return made;
}

int option_of(int socket, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// The path that a listening Unix socket is bound to; empty if it is not one.
std::string path_of(int socket)
{
    sockaddr_un address{};
    socklen_t size = sizeof address;
    const bool fits = option_of(socket, SO_DOMAIN) == AF_UNIX && option_of(socket, SO_TYPE) == SOCK_STREAM &&
                      option_of(socket, SO_ACCEPTCONN) == 1;
    if (!fits || ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return {};
    if (size <= offsetof(sockaddr_un, sun_path) || address.sun_path[0] != '/')
        return {};
    return {address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path)};
}

}  // namespace

result<listener> listener::bind(const proto::address& where, uid_t own)
{
    if (auto safe = check_socket_folder(where.directory, own); !safe)
        return std::unexpected(std::move(safe.error()));
    auto lock = take_lock(where, own);
    if (!lock)
        return std::unexpected(std::move(lock.error()));
    if (auto gone = remove_stale_socket(where.socket, own); !gone)
        return std::unexpected(std::move(gone.error()));
    auto socket = bind_and_listen(where.socket);
    if (!socket)
        return std::unexpected(std::move(socket.error()));
    struct stat st{};
    if (::lstat(where.socket.c_str(), &st) != 0)
        return system_fault("cannot look at", where.socket);

    listener made;
    made.socket_ = std::move(*socket);
    made.lock_ = std::move(*lock);
    made.path_ = where.socket;
    made.made_here_ = true;
    made.device_ = st.st_dev;
    made.file_ = st.st_ino;
    return made;
}

result<listener> listener::adopt(unique_fd passed, uid_t own)
{
    listener made;
    made.path_ = path_of(passed.get());
    if (made.path_.empty())
        return fail(errc::failed, "the socket that was passed is no listening Unix socket with a path");
    proto::address where;
    where.socket = made.path_;
    auto lock = take_lock(where, own);
    if (!lock && lock.error().code == errc::busy && see_off_holder(where))
        lock = take_lock(where, own);
    if (!lock && lock.error().code == errc::busy)
        return std::unexpected(std::move(lock.error()));
    if (lock)
        made.lock_ = std::move(*lock);
    const int flags = ::fcntl(passed.get(), F_GETFL);
    if (::fcntl(passed.get(), F_SETFL, flags | O_NONBLOCK) != 0 ||
        ::fcntl(passed.get(), F_SETFD, FD_CLOEXEC) != 0 || !tell_senders(passed.get()))
        return system_fault("cannot use", made.path_);
    made.socket_ = std::move(passed);
    return made;
}

listener::listener(listener&& other) noexcept
    : socket_(std::move(other.socket_)),
      lock_(std::move(other.lock_)),
      path_(std::move(other.path_)),
      made_here_(std::exchange(other.made_here_, false)),
      device_(other.device_),
      file_(other.file_)
{
}

void listener::close() noexcept
{
    struct stat st{};
    const bool ours = std::exchange(made_here_, false) && ::lstat(path_.c_str(), &st) == 0 &&
                      st.st_dev == device_ && st.st_ino == file_;
    if (ours)
        ::unlink(path_.c_str());
    socket_.reset();
}

}  // namespace sgauth::ipc
