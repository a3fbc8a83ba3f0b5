#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The trust that TLS connections share: one OpenSSL context for each CA file, and one for the system store,
// loaded at the first contact that needs it. Peers are always verified; nothing here can turn that off.

#include "src/base/error.hpp"
#include "src/base/lane.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace sgauth {

class tls_contexts {
public:
    explicit tls_contexts(boost::asio::any_io_executor executor);

    // The context that trusts the CAs of that PEM file alone; of the system store, if `ca_file` is empty.
    // Suspends while it loads. errc::failed, with OpenSSL's reason, if the file gives no CA.
    boost::asio::awaitable<result<std::shared_ptr<boost::asio::ssl::context>>> get(std::string ca_file);
    // Loads anew at the next need. Connections that are open keep what they were verified by.
    void forget();

private:
    lane files_;
    std::map<std::string, std::shared_ptr<boost::asio::ssl::context>> loaded_;
    std::uint64_t generation_ = 0;
};

}  // namespace sgauth
