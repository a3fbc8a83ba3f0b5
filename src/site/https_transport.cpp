// SPDX-License-Identifier: Apache-2.0
#include "src/site/https_transport.hpp"

#include "src/base/deadline.hpp"
#include "src/site/connection_pool.hpp"
#include "src/site/http_connection.hpp"
#include "src/site/name_lookup.hpp"
#include "src/site/proxy.hpp"
#include "src/site/tls_contexts.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth {

namespace net = boost::asio;
using net::ip::tcp;
using std::chrono::steady_clock;

namespace {

// A request that must not be sent twice goes over a kept connection only if the site has hardly had the time
// to close it: the shortest keep-alive that web servers ship with is 5 s.
constexpr std::chrono::seconds surely_open_for{3};

// Where a call goes, decided before the first wait, so that a reload in its midst changes nothing.
struct route {
    std::optional<proxy> via;
    std::string ca_file;
    // What a kept connection must have in common with the call. No proxy password: a changed one closes
    // nothing.
    std::string key;
};

net::awaitable<result<site_answer<http_reply>>> as_result(net::awaitable<site_answer<http_reply>> op)
{
    co_return co_await std::move(op);
}

}  // namespace

struct https_transport::state {
    state(net::any_io_executor on, site_environment taken, site_options_source source)
        : executor(on),
          environment(std::move(taken)),
          options(std::move(source)),
          names(on),
          trust(on),
          pool(on)
    {
    }

    site_answer<route> find_route(const site_url& site) const;
    net::awaitable<site_answer<http_reply>> carry(
        site_url site, const http_request& request, steady_clock::time_point end
    );
    net::awaitable<site_answer<connection_pool::connection>> open(
        site_url site, const route& way, steady_clock::time_point end
    );

    net::any_io_executor executor;
    site_environment environment;
    site_options_source options;
    name_lookup names;
    tls_contexts trust;
    connection_pool pool;
};

site_answer<route> https_transport::state::find_route(const site_url& site) const
{
    const site_options chosen = options(site);
    auto via = proxy_for(site, chosen, environment);
    if (!via)
        return unsent(trouble::proxy, "the proxy's setting is bad: " + via.error().detail);
    route out;
    out.via = std::move(*via);
    out.ca_file = chosen.ca_file.empty() ? environment.ca_certs : chosen.ca_file;
    out.key = site.text() + '\n' + out.ca_file + '\n';
    if (out.via)
        out.key += out.via->host + ':' + std::to_string(out.via->port) + '\n' + out.via->user;
    return out;
}

net::awaitable<site_answer<http_reply>> https_transport::state::carry(
    site_url site, const http_request& request, steady_clock::time_point end
)
{
    const auto way = find_route(site);
    if (!way)
        co_return std::unexpected(way.error());
    const auto generation = pool.generation();
    const bool is_once = request.again == resend::never;
    bool was_sent = false;
    if (auto kept = pool.take(way->key, is_once ? surely_open_for : connection_pool::longest_idle)) {
        auto reply = co_await kept->exchange(request);
        if (reply || is_once || !kept->heard_nothing()) {
            pool.keep(way->key, std::move(kept), generation);
            co_return reply;
        }
        was_sent = true;
    }
    auto fresh = co_await open(site, *way, end);
    if (!fresh) {
        fresh.error().may_have_been_sent = was_sent;
        co_return std::unexpected(std::move(fresh.error()));
    }
    auto reply = co_await (*fresh)->exchange(request);
    pool.keep(way->key, std::move(*fresh), generation);
    co_return reply;
}

net::awaitable<site_answer<connection_pool::connection>> https_transport::state::open(
    site_url site, const route& way, steady_clock::time_point end
)
{
    std::shared_ptr<net::ssl::context> context;
    if (site.is_tls()) {
        auto loaded = co_await trust.get(way.ca_file);
        if (!loaded)
            co_return unsent(trouble::untrusted, loaded.error().detail, loaded.error().foreign);
        context = std::move(*loaded);
    }
    const std::string host = way.via ? way.via->host : site.host();
    auto addresses = co_await names.find(host, way.via ? way.via->port : site.port());
    if (!addresses)
        co_return unsent(way.via ? trouble::proxy : trouble::offline, addresses.error().detail);
    // Plain http is for this machine, whatever the resolver says of "localhost".
    if (!site.is_tls())
        std::erase_if(*addresses, [](const tcp::endpoint& e) { return !e.address().is_loopback(); });
    if (addresses->empty())
        co_return unsent(trouble::offline, "the host is not on this machine: use https");

    auto made = std::make_unique<http_connection>(executor, site);
    const proxy* via = way.via ? &*way.via : nullptr;
    if (auto done = co_await made->connect(std::move(*addresses), via, end); !done)
        co_return std::unexpected(std::move(done.error()));
    if (via) {
        if (auto done = co_await made->tunnel(*via); !done)
            co_return std::unexpected(std::move(done.error()));
    }
    if (context) {
        if (auto done = co_await made->secure(std::move(context)); !done)
            co_return std::unexpected(std::move(done.error()));
    }
    co_return made;
}

https_transport::https_transport(
    net::any_io_executor executor, site_environment environment, site_options_source options
)
    : state_(std::make_unique<state>(std::move(executor), std::move(environment), std::move(options)))
{
}

https_transport::~https_transport() = default;

net::awaitable<site_answer<http_reply>> https_transport::send(
    site_url site, const http_request& request, std::chrono::milliseconds limit
)
{
    auto work = as_result(state_->carry(site, request, steady_clock::now() + limit));
    auto done = co_await with_deadline(std::move(work), limit);
    if (!done)
        co_return in_trouble(trouble::timed_out, "the site did not answer in time");
    co_return std::move(*done);
}

void https_transport::reload()
{
    state_->trust.forget();
    state_->pool.clear();
}

void https_transport::close()
{
    state_->pool.close();
}

}  // namespace sgauth
