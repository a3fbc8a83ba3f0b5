// SPDX-License-Identifier: Apache-2.0
#include "src/site/tls_contexts.hpp"

#include <openssl/ssl.h>

#include <functional>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

using shared_context = std::shared_ptr<net::ssl::context>;

// Runs on the lane: it reads files.
result<shared_context> load(const std::string& ca_file)
{
    auto made = std::make_shared<net::ssl::context>(net::ssl::context::tls_client);
    SSL_CTX* native = made->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    // An idle connection keeps no record buffers, and so no plain text.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    boost::system::error_code ec;
    made->set_verify_mode(net::ssl::verify_peer, ec);
    if (!ec && ca_file.empty())
        made->set_default_verify_paths(ec);
    else if (!ec)
        made->load_verify_file(ca_file, ec);
    if (ec)
        return fail(errc::failed, "cannot load the trusted certificates: " + ec.message(), ca_file);
    return made;
}

}  // namespace

tls_contexts::tls_contexts(net::any_io_executor executor) : files_(std::move(executor), "sgauth-ca") {}

net::awaitable<result<shared_context>> tls_contexts::get(std::string ca_file)
{
    if (const auto at = loaded_.find(ca_file); at != loaded_.end())
        co_return at->second;
    const auto started_in = generation_;
    std::move_only_function<result<shared_context>()> job = [ca_file] { return load(ca_file); };
    auto made = co_await files_.run(std::move(job));
    if (made && generation_ == started_in)
        loaded_[ca_file] = *made;
    co_return made;
}

void tls_contexts::forget()
{
    ++generation_;
    loaded_.clear();
}

}  // namespace sgauth
