// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/stream_unix.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace sgauth::ipc {

namespace {

transfer outcome_of(ssize_t moved) noexcept
{
    if (moved > 0)
        return {transfer::outcome::some, static_cast<std::size_t>(moved)};
    if (moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return {transfer::outcome::would_block, 0};
    return {};
}

}  // namespace

transfer receive(int socket, std::span<char> into) noexcept
{
    ssize_t got = 0;
    do
        got = ::recv(socket, into.data(), into.size(), MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return outcome_of(got);
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
