// SPDX-License-Identifier: Apache-2.0
//
// fpt_proxy: an HTTP proxy that knows CONNECT alone, with or without Basic authentication (facts/fptr.md
// A.9). Counts into DIR/proxy.count, as JSON that is replaced in one step.
#include "tests/site/options.hpp"
#include "tests/site/proxy_request.hpp"
#include "tests/site/tls_files.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace {
namespace net = boost::asio;
using namespace sgauth::stand_in;
using net::ip::tcp;

constexpr auto quiet = net::as_tuple(net::use_awaitable);
constexpr std::size_t max_head = 16'384;                  // what real proxies take of headers
constexpr auto head_limit = std::chrono::seconds(30);     // a client that connects and says nothing
constexpr auto connect_limit = std::chrono::seconds(10);  // on the loopback: long enough for a full backlog

struct proxy_state {
    proxy_rule rule;
    std::filesystem::path count_file;
    std::filesystem::path says_file;
    proxy_counts counts = {};

    // What a test has it say to everybody: a status. 200: it judges by itself.
    unsigned told_to_say() const
    {
        unsigned status = 200;
        std::ifstream(says_file) >> status;
        return status >= 400 && status < 600 ? status : 200;
    }
    void save() const
    {
        std::string text;
        counts.write(text);
        write_private_file(count_file, text + "\n");
    }
};

void report(std::exception_ptr failure)
{
    try {
        if (failure)
            std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fpt_proxy: %s\n", e.what());
    }
}

// Both ends of one tunnel; shared by its two directions and by the limits, whoever ends last.
struct tunnel {
    tcp::socket client;
    tcp::socket server;

    void close()
    {
        boost::system::error_code ignored;
        client.close(ignored);
        server.close(ignored);
    }
};
using tunnel_ptr = std::shared_ptr<tunnel>;

// Closes the tunnel after `limit`, unless it is cancelled or dies before.
void close_after(net::steady_timer& timer, std::chrono::seconds limit, const tunnel_ptr& both)
{
    timer.expires_after(limit);
    timer.async_wait([both](boost::system::error_code error) {
        if (!error)
            both->close();
    });
}

net::awaitable<void> pump(tunnel_ptr both, tcp::socket tunnel::* from, tcp::socket tunnel::* to)
{
    char bytes[16'384];
    for (;;) {
        auto [error, size] = co_await (both.get()->*from).async_read_some(net::buffer(bytes), quiet);
        if (error)
            break;
        auto [failed, written] = co_await net::async_write(both.get()->*to, net::buffer(bytes, size), quiet);
        if (failed) {
            both->close();
            co_return;
        }
    }
    boost::system::error_code ignored;
    (both.get()->*to).shutdown(tcp::socket::shutdown_send, ignored);
}

net::awaitable<bool> connect_to(tunnel_ptr both, std::string host, std::string port)
{
    tcp::resolver resolver(both->server.get_executor());
    auto [error, found] = co_await resolver.async_resolve(host, port, quiet);
    if (error)
        co_return false;
    auto [failed, endpoint] = co_await net::async_connect(both->server, found, quiet);
    co_return !failed;
}

net::awaitable<void> serve_client(proxy_state& state, tcp::socket client)
{
    auto executor = client.get_executor();
    auto both = std::make_shared<tunnel>(std::move(client), tcp::socket(executor));
    net::steady_timer timer(executor);
    close_after(timer, head_limit, both);
    std::string bytes;
    auto [no_head, head_size] =
        co_await net::async_read_until(both->client, net::dynamic_buffer(bytes, max_head), "\r\n\r\n", quiet);
    if (no_head)
        co_return;
    auto asked = judge(std::string_view(bytes).substr(0, head_size), state.rule);
    if (const unsigned told = state.told_to_say(); asked.status == 200 && told != 200)
        asked.status = told;
    state.counts.last_target = asked.host + ":" + asked.port;
    close_after(timer, connect_limit, both);
    if (asked.status == 200 && !co_await connect_to(both, asked.host, asked.port))
        asked.status = 502;
    timer.cancel();
    state.counts.add(asked.status);
    state.save();
    auto reply = reply_head(asked.status);
    auto [error, size] = co_await net::async_write(both->client, net::buffer(reply), quiet);
    if (error || asked.status != 200)
        co_return;
    auto behind = bytes.substr(head_size);
    co_await net::async_write(both->server, net::buffer(behind), quiet);
    net::co_spawn(executor, pump(both, &tunnel::server, &tunnel::client), report);
    co_await pump(both, &tunnel::client, &tunnel::server);
}

net::awaitable<void> accept_all(proxy_state& state, tcp::acceptor& acceptor)
{
    // Out of descriptors: the next accept would fail at once again.
    constexpr auto breath = std::chrono::milliseconds(50);
    for (;;) {
        auto [error, socket] = co_await acceptor.async_accept(quiet);
        if (error == net::error::operation_aborted)
            co_return;
        if (error) {
            net::steady_timer timer(acceptor.get_executor(), breath);
            co_await timer.async_wait(quiet);
            continue;
        }
        auto serving = serve_client(state, std::move(socket));
        net::co_spawn(acceptor.get_executor(), std::move(serving), report);
    }
}

int run(int argc, char** argv)
{
    options given(argc, argv, {"dir", "port", "user", "password"}, {});
    if (!given.has("dir") || !given.words().empty() || given.has("user") != given.has("password"))
        throw usage_error("--dir is missing, --user or --password stands alone, or a word is too much");
    proxy_state state{
        {given.get("user"), given.get("password")},
        given.get("dir") + "/proxy.count",
        given.get("dir") + "/proxy.says"
    };
    std::filesystem::create_directories(given.get("dir"));
    state.save();

    net::io_context context(1);
    auto port = static_cast<std::uint16_t>(given.number("port", 0, 0, 65'535));
    tcp::acceptor acceptor(context, tcp::endpoint(net::ip::address_v4::loopback(), port));
    net::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&context](boost::system::error_code, int) { context.stop(); });
    std::printf("ready 127.0.0.1:%u\n", static_cast<unsigned>(acceptor.local_endpoint().port()));
    std::fflush(stdout);
    net::co_spawn(context, accept_all(state, acceptor), report);
    context.run();
    return 0;
}
}  // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const usage_error& e) {
        std::fprintf(
            stderr,
            "fpt_proxy: %s\nusage: fpt_proxy --dir DIR [--port N] [--user NAME --password WORD]\n",
            e.what()
        );
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fpt_proxy: %s\n", e.what());
        return 1;
    }
}
