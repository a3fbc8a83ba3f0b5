#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One connection to a site: TCP, a proxy's tunnel where there is one, TLS, then requests one after the other.
// It knows no pool and no limit of time; https_transport has both. Cancelling any of its calls closes it.

#include "src/site/http_message.hpp"
#include "src/site/proxy.hpp"
#include "src/site/site_trouble.hpp"
#include "src/site/site_url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace sgauth {

class http_connection {
public:
    http_connection(boost::asio::any_io_executor executor, site_url site);
    ~http_connection();

    // Tries the addresses in order, each with its share of the time until `end`. They are the proxy's where
    // `via` is one. trouble::offline, timed_out, or proxy.
    boost::asio::awaitable<site_answer<void>> connect(
        std::vector<boost::asio::ip::tcp::endpoint> addresses,
        const proxy* via,
        std::chrono::steady_clock::time_point end
    );
    // Asks the proxy for a tunnel to the site. trouble::proxy; offline where the proxy cannot reach the site.
    boost::asio::awaitable<site_answer<void>> tunnel(const proxy& via);
    // The TLS handshake: TLS 1.2 or later, the name sent (SNI) and checked. trouble::untrusted or offline.
    boost::asio::awaitable<site_answer<void>> secure(std::shared_ptr<boost::asio::ssl::context> context);
    // Sends the request, reads the reply, whatever its status. trouble::offline, or not_fpt for what is no
    // HTTP or beyond max_reply_header or max_reply_body.
    boost::asio::awaitable<site_answer<http_reply>> exchange(const http_request& request);

    // After exchange: no byte of a reply came, so the site may never have seen the request.
    bool heard_nothing() const noexcept;
    // After exchange: the site keeps the connection open for another request.
    bool can_be_kept() const noexcept;
    // The site has closed the kept connection meanwhile, or has said something that nobody asked for.
    bool has_gone_stale();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sgauth
