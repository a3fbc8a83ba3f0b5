#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The connections that wait for another request, by where they lead. Few, and not for long.

#include "src/site/http_connection.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace sgauth {

class connection_pool {
public:
    using connection = std::unique_ptr<http_connection>;

    // Calls are serial in the main: one for a probe, one for what a person waits for.
    static constexpr std::size_t max_idle_each = 2;
    static constexpr std::size_t max_idle = 16;
    // Longer than a burst of questions at the start of a work day's tools, shorter than what servers keep (75
    // s).
    static constexpr std::chrono::seconds longest_idle{60};

    explicit connection_pool(boost::asio::any_io_executor executor);
    ~connection_pool();

    // The connection to `key` that was used last, if one has been idle for no longer than `idle` and is still
    // good; else null. It is out of the pool.
    connection take(const std::string& key, std::chrono::seconds idle = longest_idle);
    // Keeps a connection that can be kept; `generation` is what it was when the connection was taken or made.
    void keep(const std::string& key, connection kept, std::uint64_t generation);
    // Closes all that is idle; a connection in use is not kept when it comes back.
    void clear();
    // As clear, and keeps nothing any more.
    void close();
    std::uint64_t generation() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace sgauth
