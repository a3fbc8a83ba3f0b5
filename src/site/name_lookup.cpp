// SPDX-License-Identifier: Apache-2.0
#include "src/site/name_lookup.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstring>
#include <functional>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

using endpoints = std::vector<net::ip::tcp::endpoint>;

// Runs on the lane: it blocks for as long as the system's resolver likes.
result<endpoints> look_up(const std::string& host, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found))
        return fail(errc::unreachable, "cannot find the host " + host + ": " + ::gai_strerror(code));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    endpoints out;
    for (const addrinfo* at = found; at; at = at->ai_next) {
        net::ip::tcp::endpoint endpoint;
        if (at->ai_addrlen > endpoint.capacity())
            continue;
        endpoint.resize(at->ai_addrlen);
        std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
        endpoint.port(port);
        out.push_back(endpoint);
    }
    if (out.empty())
        return fail(errc::unreachable, "the host " + host + " has no address");
    return out;
}

}  // namespace

name_lookup::name_lookup(net::any_io_executor executor) : lane_(std::move(executor), "sgauth-names") {}

net::awaitable<result<endpoints>> name_lookup::find(std::string host, std::uint16_t port)
{
    boost::system::error_code ec;
    if (const auto address = net::ip::make_address(host, ec); !ec)
        co_return endpoints(1, net::ip::tcp::endpoint(address, port));
    std::move_only_function<result<endpoints>()> job = [host, port] { return look_up(host, port); };
    co_return co_await lane_.run(std::move(job));
}

}  // namespace sgauth
