#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What fpt_proxy makes of a request's head, without sockets.

#include <cstdint>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

// Empty `user`: everybody may pass.
struct proxy_rule {
    std::string user;
    std::string password;
};

struct proxy_verdict {
    unsigned status = 400;  // 200: connect to host and port
    std::string host;
    std::string port;
};

// Judges `CONNECT host:port HTTP/1.1` with its headers: 400 unreadable, 405 another method, 407 without the
// right Basic credentials, 200.
proxy_verdict judge(std::string_view head, const proxy_rule& rule);
// The whole reply of that status; 407 asks for Basic credentials.
std::string reply_head(unsigned status);

struct proxy_counts {
    std::int64_t requests = 0;
    std::int64_t tunnels = 0;  // 200
    std::int64_t denied = 0;   // 407
    std::int64_t failed = 0;   // anything else
    std::string last_target;

    void add(unsigned status) noexcept;
    // Appends the counts as one JSON object.
    void write(std::string& out) const;
};

}  // namespace sgauth::stand_in
