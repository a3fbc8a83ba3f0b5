#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One HTTP request and its reply, as plain values: what a transport carries. Both may hold secrets, so they
// move, are not copied, and wipe what they held.

#include "proto/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

// A reply beyond these is no answer of a site: its largest one is an `info` of about 2 KiB.
inline constexpr std::size_t max_reply_header = 64 * 1024;
inline constexpr std::size_t max_reply_body = 1024 * 1024;

// Whether a transport may send the request again when a kept connection proves dead before the first byte of
// a reply. A password or a one-time code is sent once.
enum class resend { allowed, never };

struct http_request {
    std::string method;
    std::string target;  // origin-form, "/api3/json"
    // Without Host, Content-Length and Connection: those are the transport's.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    resend again = resend::allowed;

    http_request() = default;
    http_request(http_request&&) noexcept = default;
    http_request& operator=(http_request&&) = delete;
    http_request(const http_request&) = delete;
    http_request& operator=(const http_request&) = delete;
    ~http_request()
    {
        wipe(body);
        for (auto& [name, value] : headers)
            wipe(value);
    }
};

struct http_reply {
    unsigned status = 0;
    std::optional<std::string> content_type;  // none: the header is missing
    std::string location;
    std::string retry_after;
    std::string body;

    http_reply() = default;
    http_reply(http_reply&&) noexcept = default;
    http_reply& operator=(http_reply&& other) noexcept
    {
        status = other.status;
        content_type = std::move(other.content_type);
        location = std::move(other.location);
        retry_after = std::move(other.retry_after);
        body.swap(other.body);
        return *this;
    }
    http_reply(const http_reply&) = delete;
    http_reply& operator=(const http_reply&) = delete;
    ~http_reply() { wipe(body); }
};

}  // namespace sgauth
