#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Carries one HTTP request to a site and brings its reply. An interface: https_transport is the real one,
// tests have scripted ones. It knows no FPT and judges no status: a 503 is a reply.

#include "src/site/http_message.hpp"
#include "src/site/site_trouble.hpp"
#include "src/site/site_url.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace sgauth {

class transport {
public:
    virtual ~transport() = default;

    // Suspends until the reply is there in full, or trouble is known, or `limit` has passed
    // (trouble::timed_out). Follows no redirect. `request` outlives the call. Cancelling it closes its
    // connection and throws boost::system::system_error(operation_aborted).
    virtual boost::asio::awaitable<site_answer<http_reply>> send(
        site_url site, const http_request& request, std::chrono::milliseconds limit
    ) = 0;
};

}  // namespace sgauth
