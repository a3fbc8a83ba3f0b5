// SPDX-License-Identifier: Apache-2.0
#include "tests/site/http_server.hpp"

#include "tests/site/deliver.hpp"
#include "tests/site/router.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

namespace sgauth::stand_in {

namespace {
namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using tls_stream = net::ssl::stream<beast::tcp_stream>;

constexpr auto handshake_limit = std::chrono::seconds(30);
constexpr auto goodbye_limit = std::chrono::seconds(1);  // clients seldom answer a close_notify
constexpr std::size_t max_body = 1 << 20;                // the largest honest request has 1 KiB
constexpr int backlog = 4'096;                           // a thousand clients that connect at once

// Everything here outlives the io_context, whose destruction ends the coroutines.
struct server_state {
    site_model& site;
    transport over;
    std::map<std::string, std::unique_ptr<net::ssl::context>, std::less<>> certificates = {};
    held_replies held = {};
};

// Counts a connection while it lives, unless it turns out to carry control requests.
class counted_connection {
public:
    explicit counted_connection(counters& seen) : seen_(seen)
    {
        ++seen_.connections_accepted;
        ++seen_.connections_live;
    }
    ~counted_connection()
    {
        if (is_counted_)
            --seen_.connections_live;
    }
    counted_connection(const counted_connection&) = delete;
    counted_connection& operator=(const counted_connection&) = delete;

    void leave_out()
    {
        if (!is_counted_)
            return;
        is_counted_ = false;
        --seen_.connections_accepted;
        --seen_.connections_live;
    }

private:
    counters& seen_;
    bool is_counted_ = true;
};

std::unique_ptr<net::ssl::context> load_certificate(
    const std::filesystem::path& folder, const std::string& name
)
{
    auto context = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
    context->use_certificate_chain_file((folder / (name + ".pem")).string());
    context->use_private_key_file((folder / (name + ".key")).string(), net::ssl::context::pem);
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

http_request plain_request(const http::request<http::string_body>& from, std::string server_name)
{
    http_request out;
    out.method = std::string(from.method_string());
    std::string_view target(from.target().data(), from.target().size());
    auto question = target.find('?');
    out.path = std::string(target.substr(0, question));
    if (question != std::string_view::npos)
        out.query = std::string(target.substr(question + 1));
    for (const auto& field : from)
        out.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    out.body = from.body();
    out.server_name = std::move(server_name);
    return out;
}

// Answers requests until one side has had enough; whether that was by agreement.
template <class Stream>
net::awaitable<bool> converse(
    server_state& state, Stream& stream, counted_connection& counted, std::string server_name
)
{
    beast::flat_buffer buffer;
    for (bool keep_alive = true; keep_alive;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(max_body);
        beast::get_lowest_layer(stream).expires_after(idle_limit);
        auto [error, count] = co_await http::async_read(stream, buffer, parser, quiet);
        // Under TLS 1.3 a client refuses our certificate after the handshake is over for us.
        if (error.category() == net::error::get_ssl_category())
            ++state.site.seen.handshakes_failed;
        if (error)
            co_return false;
        keep_alive = parser.get().keep_alive();
        auto request = plain_request(parser.get(), server_name);
        if (is_control(request))
            counted.leave_out();
        auto what = answer(state.site, request);
        if (!co_await deliver(state.held, state.site.seen, stream, what, keep_alive))
            co_return false;
    }
    co_return true;
}

net::awaitable<void> serve_tls(server_state& state, beast::tcp_stream socket, counted_connection& counted)
{
    tls_stream stream(std::move(socket), *state.certificates.find(state.site.accepting.certificate)->second);
    beast::get_lowest_layer(stream).expires_after(handshake_limit);
    auto [error] = co_await stream.async_handshake(net::ssl::stream_base::server, quiet);
    if (error) {
        ++state.site.seen.handshakes_failed;
        co_return;
    }
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    std::string server_name = name ? name : "";
    if (!co_await converse(state, stream, counted, std::move(server_name)))
        co_return;
    beast::get_lowest_layer(stream).expires_after(goodbye_limit);
    co_await stream.async_shutdown(quiet);
}

net::awaitable<void> serve_connection(server_state& state, tcp::socket socket)
{
    counted_connection counted(state.site.seen);
    auto& plan = state.site.accepting;
    auto action = plan.on_accept;
    if (action != "serve" && plan.count == 0)
        action = plan.on_accept = "serve";
    else if (plan.count > 0)
        --plan.count;
    beast::tcp_stream stream(std::move(socket));
    if (action == "close")
        co_return;
    if (action == "silent")
        co_await wait_for_end(stream);
    else if (state.over == transport::plain)
        co_await converse(state, stream, counted, std::string());
    else
        co_await serve_tls(state, std::move(stream), counted);
}

void report(std::exception_ptr failure)
{
    try {
        if (failure)
            std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fpt_stand_in: %s\n", e.what());
    }
}

net::awaitable<void> accept_all(server_state& state, tcp::acceptor& acceptor)
{
    // Out of descriptors: the next accept would fail at once again.
    constexpr auto breath = std::chrono::milliseconds(50);
    for (;;) {
        auto [error, socket] = co_await acceptor.async_accept(quiet);
        if (error == net::error::operation_aborted)
            co_return;
        if (error) {
            co_await pause(breath);
            continue;
        }
        boost::system::error_code ignored;  // the client may be gone already
        socket.set_option(tcp::no_delay(true), ignored);
        auto serving = serve_connection(state, std::move(socket));
        net::co_spawn(acceptor.get_executor(), std::move(serving), report);
    }
}

void listen_at(tcp::acceptor& acceptor, const tcp::endpoint& here)
{
    acceptor.open(here.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(here);
    acceptor.listen(backlog);
}
}  // namespace

void serve(
    site_model& site, const server_options& options, const std::function<void(std::uint16_t)>& on_ready
)
{
    server_state state{site, options.over};
    if (options.over == transport::tls)
        for (const std::string name : {"good", "wrong_host", "untrusted", "expired"})
            state.certificates[name] = load_certificate(options.folder, name);
    site.release_held = [&state] {
        for (auto* each : state.held)
            each->cancel();
    };

    net::io_context context(1);
    tcp::acceptor acceptor(context);
    tcp::endpoint here(net::ip::address_v4::loopback(), options.port);
    listen_at(acceptor, here);
    here = acceptor.local_endpoint();
    net::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&context](boost::system::error_code, int) { context.stop(); });

    site.accepting_changed = [&] {
        const bool is_refused = site.accepting.on_accept == "refuse";
        if (is_refused)
            acceptor.close();
        else if (!acceptor.is_open()) {
            listen_at(acceptor, here);
            net::co_spawn(context, accept_all(state, acceptor), report);
        }
    };
    on_ready(here.port());
    net::co_spawn(context, accept_all(state, acceptor), report);
    context.run();
    site.release_held = [] {};
    site.accepting_changed = [] {};
}

}  // namespace sgauth::stand_in
