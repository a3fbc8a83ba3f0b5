// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/peer_unix.hpp"

#include "src/base/process_start_unix.hpp"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

namespace sgauth::ipc {

namespace {

// SGAUTH_FORCE_OLD_PIDFD: a build for tests, which takes every kernel for one from before Linux 6.5.
unique_fd pinned_process([[maybe_unused]] int socket)
{
#ifdef SGAUTH_FORCE_OLD_PIDFD
    return unique_fd();
#else
    int fd = -1;
    socklen_t size = sizeof fd;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &fd, &size) != 0)
        return unique_fd();
    return unique_fd(fd);
#endif
}

unique_fd open_process(pid_t pid)
{
    return unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// A pidfd becomes readable when its process ends.
bool has_ended(int process)
{
    pollfd watched{process, POLLIN, 0};
    return ::poll(&watched, 1, 0) != 0;
}

std::optional<std::uint64_t> read_start_time(pid_t pid)
{
    const std::string path = "/proc/" + std::to_string(pid);
    const unique_fd folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    return folder ? sgauth::read_start_time(folder.get()) : std::nullopt;
}

// The pidfd is looked at after the read: if the process lives then, what was read is its own.
std::optional<std::uint64_t> start_time_of(pid_t pid, int process)
{
    const auto ticks = read_start_time(pid);
    return ticks && !has_ended(process) ? ticks : std::nullopt;
}

}  // namespace

pinning kernel_pinning() noexcept
{
    static const bool known = [] {
        std::array<int, 2> pair{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
            return false;
        const unique_fd one(pair[0]);
        const unique_fd other(pair[1]);
        return static_cast<bool>(pinned_process(one.get()));
    }();
    return known ? pinning::by_kernel : pinning::by_start_time;
}

std::optional<peer> look_at_peer(int socket, pinning how)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return std::nullopt;
    peer who;
    who.uid = credentials.uid;
    who.pid = credentials.pid;
    if (how == pinning::by_kernel || who.pid == 0)
        return who;
    const unique_fd process = open_process(who.pid);
    const auto ticks = process ? start_time_of(who.pid, process.get()) : std::nullopt;
    if (!ticks)
        return std::nullopt;
    who.start_time = *ticks;
    return who;
}

std::optional<caller_role> admit(uid_t peer, uid_t own) noexcept
{
    if (peer == own)
        return caller_role::owner;
    if (peer == 0)
        return caller_role::administrator;
    return std::nullopt;
}

std::optional<std::uint64_t> start_time_of(int socket, const peer& who)
{
    if (who.pid == 0)
        return std::nullopt;
    if (who.start_time != 0)
        return who.start_time;
    const unique_fd process = pinned_process(socket);
    return process ? start_time_of(who.pid, process.get()) : std::nullopt;
}

}  // namespace sgauth::ipc
