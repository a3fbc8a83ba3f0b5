// SPDX-License-Identifier: Apache-2.0
#include "client/lib/connection.hpp"
#include "client/lib/descriptor_unix.hpp"
#include "client/lib/start.hpp"
#include "client/lib/wait_unix.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sgauth::client {

namespace {

// A full backlog cannot be polled for (connect gives EAGAIN at once): a daemon that is alive empties it in
// far less.
constexpr std::chrono::milliseconds full_backlog_pause{5};

enum class outcome { connected, nobody, failed };

bool belongs(uid_t owner, const target& whom) noexcept
{
    return owner == whom.uid || owner == 0;
}

// Whether only the user and root decide what stands at the socket's path.
outcome check_path(const target& whom, call_failure& why)
{
    struct stat folder{};
    struct stat socket{};
    const std::string& path = whom.where.socket;
    if (::stat(whom.where.directory.c_str(), &folder) != 0 || ::lstat(path.c_str(), &socket) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return outcome::nobody;
        fail_no_daemon(why, "cannot look at " + path + ": " + std::strerror(errno));
        return outcome::failed;
    }
    const bool others_write = (folder.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (folder.st_mode & S_ISVTX) == 0;
    if (!S_ISDIR(folder.st_mode) || !belongs(folder.st_uid, whom) || others_write)
        fail_no_daemon(
            why,
            whom.where.directory +
                " is not safe: another owns it or can write to it, so nothing is sent there"
        );
    else if (!S_ISSOCK(socket.st_mode) || !belongs(socket.st_uid, whom))
        fail_no_daemon(why, path + " is not safe: it is no socket of this user, so nothing is sent there");
    else
        return outcome::connected;
    return outcome::failed;
}

int new_socket() noexcept
{
    return above_standard(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

int connect_once(int descriptor, const std::string& path) noexcept
{
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);  // the address checked the length
    const void* address = &name;
    return ::connect(descriptor, static_cast<const sockaddr*>(address), sizeof name) == 0 ? 0 : errno;
}

outcome connect_to(int descriptor, const target& whom, time_point deadline, call_failure& why)
{
    while (true) {
        const int error = connect_once(descriptor, whom.where.socket);
        if (error == 0)
            return outcome::connected;
        if (error == ENOENT || error == ECONNREFUSED)
            return outcome::nobody;
        if (error != EAGAIN && error != EINTR) {
            fail_no_daemon(why, "cannot connect to " + whom.where.socket + ": " + std::strerror(error));
            return outcome::failed;
        }
        if (!nap(full_backlog_pause, deadline)) {
            fail_timed_out(why);
            return outcome::failed;
        }
    }
}

// The kernel's word for who called listen().
bool check_listener(int descriptor, const target& whom, call_failure& why)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return fail_no_daemon(why, "cannot tell who listens at " + whom.where.socket);
    if (peer.uid == whom.uid)
        return true;
    return fail_no_daemon(
        why,
        "the listener at " + whom.where.socket + " is user " + std::to_string(peer.uid) + ", not " +
            std::to_string(whom.uid) + ", so nothing is sent there"
    );
}

outcome attempt(int descriptor, const target& whom, time_point deadline, call_failure& why)
{
    const outcome path = check_path(whom, why);
    if (path != outcome::connected)
        return path;
    const outcome made = connect_to(descriptor, whom, deadline, why);
    if (made == outcome::connected && !check_listener(descriptor, whom, why))
        return outcome::failed;
    return made;
}

}  // namespace

bool connection::open(const target& whom, autostart start, time_point deadline, call_failure& why)
{
    close();
    if (!whom.problem.empty())
        return fail_no_daemon(why, whom.problem);
    owner_ = ::getpid();
    const int made = new_socket();
    if (made < 0)
        return fail_no_daemon(why, std::string("cannot make a socket: ") + std::strerror(errno));
    descriptor_.store(made, std::memory_order_relaxed);
    outcome result = attempt(made, whom, deadline, why);
    if (result == outcome::nobody) {
        if (start == autostart::no || whom.start == autostart::no)
            fail_no_daemon(why, "no daemon listens at " + whom.where.socket);
        else if (start_daemon(whom, deadline, why))
            result = attempt(made, whom, deadline, why);
    }
    if (result != outcome::connected)
        close();
    return result == outcome::connected;
}

transfer connection::send(std::string_view bytes, time_point deadline) noexcept
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno != EAGAIN && errno != EINTR)
            return transfer::closed;
        else if (wait_for(descriptor(), POLLOUT, deadline) == wait_result::timed_out)
            return transfer::timed_out;
    }
    return transfer::done;
}

transfer connection::receive(char* into, std::size_t room, std::size_t& taken, time_point deadline) noexcept
{
    while (true) {
        if (wait_for(descriptor(), POLLIN, deadline) == wait_result::timed_out)
            return transfer::timed_out;
        const ssize_t got = ::recv(descriptor(), into, room, MSG_DONTWAIT);
        if (got > 0) {
            taken = static_cast<std::size_t>(got);
            return transfer::done;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return transfer::closed;
    }
}

bool connection::is_stale() const noexcept
{
    return wait_for(descriptor(), POLLIN, time_point::min()) == wait_result::ready;
}

bool connection::is_inherited() const noexcept
{
    return is_open() && owner_ != ::getpid();
}

void connection::close() noexcept
{
    const int old = descriptor_.exchange(-1, std::memory_order_relaxed);
    if (old >= 0)
        ::close(old);
}

bool is_listening(const target& whom) noexcept
{
    const int made = new_socket();
    if (made < 0)
        return false;
    const int error = connect_once(made, whom.where.socket);
    ::close(made);
    return error == 0 || error == EAGAIN;
}

}  // namespace sgauth::client
