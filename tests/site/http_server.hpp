#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The sockets of the stand-in site: HTTP/1.1 over TLS (or plain) on 127.0.0.1, thousands of connections in
// one thread.

#include "tests/site/model.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace sgauth::stand_in {

enum class transport { tls, plain };

struct server_options {
    std::filesystem::path folder;  // where the certificates lie
    std::uint16_t port = 0;        // 0: any free one
    transport over = transport::tls;
};

// Serves `site` until SIGTERM or SIGINT. Calls `on_ready` once it listens, with the port. Throws
// std::runtime_error if it cannot listen.
void serve(
    site_model& site, const server_options& options, const std::function<void(std::uint16_t)>& on_ready
);

}  // namespace sgauth::stand_in
