#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A request as the bytes that are sent (RFC 9112). Pure. The text holds secrets, so it is wiped.

#include "proto/secret.hpp"
#include "src/site/http_message.hpp"
#include "src/site/proxy.hpp"
#include "src/site/site_url.hpp"

#include <string>
#include <utility>

namespace sgauth {

class wiped_text {
public:
    explicit wiped_text(std::string text) noexcept : text_(std::move(text)) {}
    wiped_text(wiped_text&&) noexcept = default;
    wiped_text& operator=(wiped_text&&) = delete;
    wiped_text(const wiped_text&) = delete;
    wiped_text& operator=(const wiped_text&) = delete;
    ~wiped_text() { wipe(text_); }

    const std::string& get() const noexcept { return text_; }

private:
    std::string text_;
};

// The whole request: the caller's headers behind Host, Connection and Content-Length. No header's value may
// hold a line end: asserted, so whoever takes one from outside checks it.
wiped_text request_text(const http_request& request, const site_url& site);

// The CONNECT for a tunnel to the site, with the proxy's Basic credentials if it has any.
wiped_text connect_text(const site_url& site, const proxy& via);

}  // namespace sgauth
