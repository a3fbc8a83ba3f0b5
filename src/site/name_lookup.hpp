#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Host name to addresses, in a lane of its own. Not Asio's resolver: its lookup cannot be cancelled and its
// destructor joins the thread that waits for a dead name server.

#include "src/base/error.hpp"
#include "src/base/lane.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sgauth {

class name_lookup {
public:
    explicit name_lookup(boost::asio::any_io_executor executor);

    // All addresses of `host` in the system's order of preference, never none; an address is its own.
    // Suspends, and can be cancelled. errc::unreachable if the name has none.
    boost::asio::awaitable<result<std::vector<boost::asio::ip::tcp::endpoint>>> find(
        std::string host, std::uint16_t port
    );

private:
    lane lane_;
};

}  // namespace sgauth
