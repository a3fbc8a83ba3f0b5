#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Bytes through a connected socket, without waiting and without SIGPIPE.

#include <cstddef>
#include <span>
#include <string_view>
#include <sys/types.h>

namespace sgauth::ipc {

struct transfer {
    enum class outcome {
        some,
        would_block,
        ended
    };  // ended: the peer sends no more, or the connection broke
    outcome what = outcome::ended;
    std::size_t bytes = 0;
    pid_t sender = 0;  // who sent what was received; 0: the kernel does not say, or of another pid namespace
};

// Has the kernel say who sends, for this listening socket and all that are accepted from it: a descriptor can
// be handed to another process. False if it cannot.
bool tell_senders(int listening) noexcept;

// What one process sent, never of two at once where senders are told. Descriptors that were sent are not
// kept.
transfer receive(int socket, std::span<char> into) noexcept;
transfer transmit(int socket, std::string_view bytes) noexcept;

}  // namespace sgauth::ipc
