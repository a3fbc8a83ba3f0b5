// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/stream_unix.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

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

}  // namespace

bool tell_senders(int listening) noexcept
{
    const int on = 1;
    return ::setsockopt(listening, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0;
}

transfer receive(int socket, std::span<char> into) noexcept
{
    // Room for the credentials, which come first, and nothing else: descriptors would be ours to close.
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
    const cmsghdr* first = made.bytes > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (first && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_CREDENTIALS) {
        ucred who{};
        std::memcpy(&who, CMSG_DATA(first), sizeof who);
        made.sender = who.pid;
    }
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
