// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/stream_unix.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace sgauth::ipc {

namespace {

transfer outcome_of(ssize_t moved) noexcept
{
    if (moved > 0)
        return {transfer::outcome::some, static_cast<std::size_t>(moved), 0};
    if (moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return {transfer::outcome::would_block, 0, 0};
    return {};
}

// Closes the descriptors that came: there is room for some where the socket tells no senders.
void close_all(cmsghdr* rights) noexcept
{
    const unsigned char* at = CMSG_DATA(rights);
    for (std::size_t size = rights->cmsg_len - CMSG_LEN(0); size >= sizeof(int); size -= sizeof(int)) {
        int fd = -1;
        std::memcpy(&fd, at, sizeof fd);
        ::close(fd);
        at += sizeof fd;
    }
}

// The sender's pid, 0 if it is not told.
pid_t read_control(msghdr& message) noexcept
{
    pid_t sender = 0;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET)
            continue;
        if (part->cmsg_type == SCM_RIGHTS)
            close_all(part);
        if (part->cmsg_type == SCM_CREDENTIALS) {
            ucred who{};
            std::memcpy(&who, CMSG_DATA(part), sizeof who);
            sender = who.pid;
        }
    }
    return sender;
}

}  // namespace

bool tell_senders(int listening) noexcept
{
    const int on = 1;
    return ::setsockopt(listening, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0;
}

transfer receive(int socket, std::span<char> into) noexcept
{
    // Room for the credentials, which come first, and nothing else.
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
    iovec place{into.data(), into.size()};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    ssize_t got = 0;
    do {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        got = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    transfer made = outcome_of(got);
    if (made.bytes > 0)
        made.sender = read_control(message);
    return made;
}

transfer transmit(int socket, std::string_view bytes) noexcept
{
    ssize_t sent = 0;
    do
        sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return outcome_of(sent);
}

}  // namespace sgauth::ipc
