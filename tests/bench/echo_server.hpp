#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What everything is measured beside: the least that a server on a Unix socket can do. One thread, one epoll
// set, a recv and a send for each request; it reads nothing of what it gets.

#include <cstddef>

namespace sgauth::bench {

// Answers every `request_bytes` that arrive with `reply_bytes`, the last of them a NUL. Never returns:
// SIGTERM ends it.
[[noreturn]] void serve_echo(int listening, std::size_t request_bytes, std::size_t reply_bytes);

}  // namespace sgauth::bench
