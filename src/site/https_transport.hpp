#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The real transport: HTTP/1.1 over verified TLS, through a proxy where one is set, on connections that are
// kept and used again. Plain http only for a site on this machine, which site_url sees to.

#include "src/site/site_options.hpp"
#include "src/site/transport.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace sgauth {

class https_transport final : public transport {
public:
    // The executor's context outlives this.
    https_transport(
        boost::asio::any_io_executor executor, site_environment environment, site_options_source options
    );
    ~https_transport() override;

    boost::asio::awaitable<site_answer<http_reply>> send(
        site_url site, const http_request& request, std::chrono::milliseconds limit
    ) override;

    // Loads the trusted certificates anew at the next contact, and closes the idle connections. For SIGHUP.
    void reload();
    // Closes the idle connections, and keeps none from now on. For the shutdown: their timer is work of the
    // context.
    void close();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sgauth
