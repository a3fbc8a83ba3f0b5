#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Bytes through a connected socket, without waiting and without SIGPIPE.

#include <cstddef>
#include <span>
#include <string_view>

namespace sgauth::ipc {

struct transfer {
    enum class outcome {
        some,
        would_block,
        ended
    };  // ended: the peer sends no more, or the connection broke
    outcome what = outcome::ended;
    std::size_t bytes = 0;
};

transfer receive(int socket, std::span<char> into) noexcept;
transfer transmit(int socket, std::string_view bytes) noexcept;

}  // namespace sgauth::ipc
