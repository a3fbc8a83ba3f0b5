// SPDX-License-Identifier: Apache-2.0
//
// The only file that includes Beast: it takes half a minute to compile.
#include "src/site/http_connection.hpp"

#include "src/base/deadline.hpp"
#include "src/site/http_text.hpp"
#include "src/site/tls_name.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>
#include <openssl/ssl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sgauth {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

namespace {

using reply_parser = http::response_parser<http::string_body>;

// Replies of status 1xx before the one that counts (RFC 9110 15.2). Sites need none; proxies send one or two.
constexpr int max_interim_replies = 8;

// Cancelling the coroutine closes the socket, which ends whatever is under way on it. Operations on streams
// do not take the cancellation themselves: it gets lost between two steps of a TLS operation.
class closes_when_cancelled {
public:
    closes_when_cancelled(net::cancellation_slot slot, tcp::socket& socket) : slot_(slot), socket_(socket) {}
    ~closes_when_cancelled() { slot_.clear(); }
    closes_when_cancelled(const closes_when_cancelled&) = delete;
    closes_when_cancelled& operator=(const closes_when_cancelled&) = delete;

    // The completion token of the next operation. Taken anew for each: Asio empties the coroutine's slot when
    // an operation ends, whether that used it or not.
    auto token(error_code& ec)
    {
        if (slot_.is_connected())
            slot_.assign([this](net::cancellation_type) { close(); });
        return net::redirect_error(
            net::bind_cancellation_slot(net::cancellation_slot(), net::use_awaitable), ec
        );
    }

    void leave_if_cancelled() const
    {
        if (cancelled_)
            throw boost::system::system_error(net::error::operation_aborted);
    }

private:
    void close()
    {
        cancelled_ = true;
        error_code ignored;  // closed is what we want; an error changes nothing about that
        socket_.close(ignored);
    }

    net::cancellation_slot slot_;
    tcp::socket& socket_;
    bool cancelled_ = false;
};

http_reply take_reply(reply_parser& parser)
{
    auto& message = parser.get();
    http_reply out;
    out.status = message.result_int();
    if (const auto type = message.find(http::field::content_type); type != message.end())
        out.content_type = std::string(type->value());
    out.location = std::string(message[http::field::location]);
    out.retry_after = std::string(message[http::field::retry_after]);
    out.body = std::move(message.body());
    return out;
}

std::unexpected<site_trouble> read_trouble(const error_code& ec)
{
    if (ec == http::error::body_limit || ec == http::error::header_limit ||
        ec == http::error::buffer_overflow)
        return in_trouble(trouble::not_fpt, "the answer is larger than any answer of a site");
    const bool is_cut = ec == http::error::end_of_stream || ec == http::error::partial_message;
    if (!is_cut && ec.category() == http::make_error_code(http::error::bad_version).category())
        return in_trouble(trouble::not_fpt, "the answer is not HTTP");
    return in_trouble(trouble::offline, "the connection ended before the answer: " + ec.message());
}

net::awaitable<result<void>> connect_one(tcp::socket& socket, tcp::endpoint to)
{
    error_code ec;
    co_await socket.async_connect(to, net::redirect_error(net::use_awaitable, ec));
    if (ec == net::error::operation_aborted)
        throw boost::system::system_error(ec);
    if (ec)
        co_return fail(errc::unreachable, ec.message());
    socket.set_option(tcp::no_delay(true), ec);  // only speed depends on it
    co_return result<void>();
}

enum class wanted { header, all };

// Sends `text`, if any, and reads a reply, or its header; what was read beyond it stays in `buffer`.
template <class Stream>
net::awaitable<error_code> converse(
    Stream& stream,
    std::string_view text,
    reply_parser& parser,
    boost::beast::flat_buffer& buffer,
    closes_when_cancelled& guard,
    wanted what
)
{
    error_code ec;
    if (!text.empty())
        co_await net::async_write(stream, net::buffer(text), guard.token(ec));
    if (ec)
        co_return ec;
    if (what == wanted::header)
        co_await http::async_read_header(stream, buffer, parser, guard.token(ec));
    else
        co_await http::async_read(stream, buffer, parser, guard.token(ec));
    co_return ec;
}

}  // namespace

struct http_connection::state {
    state(const net::any_io_executor& executor, site_url to) : site(std::move(to)), socket(executor) {}

    site_url site;
    std::shared_ptr<net::ssl::context> context;  // outlives tls
    tcp::socket socket;
    std::optional<net::ssl::stream<tcp::socket&>> tls;
    bool heard_nothing = true;
    bool can_be_kept = false;
};

http_connection::http_connection(net::any_io_executor executor, site_url site)
    : state_(std::make_unique<state>(std::move(executor), std::move(site)))
{
}

http_connection::~http_connection() = default;

bool http_connection::heard_nothing() const noexcept
{
    return state_->heard_nothing;
}

bool http_connection::can_be_kept() const noexcept
{
    return state_->can_be_kept;
}

bool http_connection::has_gone_stale()
{
    error_code ec;
    state_->socket.non_blocking(true, ec);
    if (ec)
        return true;
    char byte = 0;
    state_->socket.receive(net::buffer(&byte, 1), tcp::socket::message_peek, ec);
    return ec != net::error::would_block && ec != net::error::try_again;
}

net::awaitable<site_answer<void>> http_connection::connect(
    std::vector<tcp::endpoint> addresses, const proxy* via, std::chrono::steady_clock::time_point end
)
{
    error why;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto left = end - std::chrono::steady_clock::now();
        const auto share = left / static_cast<std::int64_t>(addresses.size() - i);
        error_code ignored;  // a socket that failed to connect is opened anew
        state_->socket.close(ignored);
        auto attempt = connect_one(state_->socket, addresses[i]);
        const auto done = co_await with_deadline(std::move(attempt), share);
        if (done)
            co_return site_answer<void>();
        why = done.error();
    }
    if (via)
        co_return unsent(trouble::proxy, "cannot reach the proxy: " + why.detail);
    if (why.code == errc::timed_out)
        co_return unsent(trouble::timed_out, "the site did not answer in time");
    co_return unsent(trouble::offline, "cannot connect to the site: " + why.detail);
}

net::awaitable<site_answer<void>> http_connection::tunnel(const proxy& via)
{
    const auto text = connect_text(state_->site, via);
    const auto cancellation = co_await net::this_coro::cancellation_state;
    closes_when_cancelled guard(cancellation.slot(), state_->socket);
    reply_parser parser;
    parser.header_limit(max_reply_header);
    parser.skip(true);
    boost::beast::flat_buffer buffer;
    const auto ec = co_await converse(state_->socket, text.get(), parser, buffer, guard, wanted::header);
    guard.leave_if_cancelled();
    if (ec)
        co_return unsent(trouble::proxy, "the proxy gave no answer: " + ec.message());
    const unsigned status = parser.get().result_int();
    const std::string said = " (HTTP " + std::to_string(status) + ")";
    if (status == 407)
        co_return unsent(trouble::proxy, "the proxy wants credentials, or other ones" + said);
    if (status == 502 || status == 503 || status == 504)
        co_return unsent(trouble::offline, "the proxy cannot reach the site" + said);
    if (status < 200 || status >= 300)
        co_return unsent(trouble::proxy, "the proxy refuses a tunnel to the site" + said);
    if (buffer.size() != 0)  // a TLS server waits for us: these bytes are not the site's
        co_return unsent(trouble::proxy, "the proxy answered with more than a tunnel");
    co_return site_answer<void>();
}

net::awaitable<site_answer<void>> http_connection::secure(std::shared_ptr<net::ssl::context> context)
{
    state_->context = std::move(context);
    state_->tls.emplace(state_->socket, *state_->context);
    SSL* native = state_->tls->native_handle();
    if (!expect_name(native, state_->site.host()))
        co_return unsent(trouble::untrusted, "this host name cannot be checked in a certificate");

    const auto cancellation = co_await net::this_coro::cancellation_state;
    closes_when_cancelled guard(cancellation.slot(), state_->socket);
    error_code ec;
    co_await state_->tls->async_handshake(net::ssl::stream_base::client, guard.token(ec));
    guard.leave_if_cancelled();
    if (!ec)
        co_return site_answer<void>();
    if (const long verdict = SSL_get_verify_result(native); verdict != X509_V_OK)
        co_return unsent(
            trouble::untrusted,
            std::string("the site's certificate is not trusted: ") + X509_verify_cert_error_string(verdict)
        );
    co_return unsent(trouble::offline, "no TLS connection to the site: " + ec.message());
}

net::awaitable<site_answer<http_reply>> http_connection::exchange(const http_request& request)
{
    state_->heard_nothing = true;
    state_->can_be_kept = false;
    const auto text = request_text(request, state_->site);

    const auto cancellation = co_await net::this_coro::cancellation_state;
    closes_when_cancelled guard(cancellation.slot(), state_->socket);
    boost::beast::flat_buffer buffer;
    std::string_view to_send = text.get();
    for (int interim = 0; interim <= max_interim_replies; ++interim) {
        reply_parser parser;
        parser.header_limit(max_reply_header);
        parser.body_limit(max_reply_body);
        error_code ec;
        if (state_->tls)
            ec = co_await converse(*state_->tls, to_send, parser, buffer, guard, wanted::all);
        else
            ec = co_await converse(state_->socket, to_send, parser, buffer, guard, wanted::all);
        state_->heard_nothing = interim == 0 && !parser.got_some() && buffer.size() == 0;
        if (ec)
            guard.leave_if_cancelled();
        if (ec)
            co_return read_trouble(ec);
        to_send = {};
        if (parser.get().result_int() < 200)
            continue;
        // Not after an interim reply: whoever miscounts them would give us another request's answer.
        state_->can_be_kept = interim == 0 && parser.keep_alive() && buffer.size() == 0;
        co_return take_reply(parser);
    }
    co_return in_trouble(trouble::not_fpt, "the site does not come to an answer");
}

}  // namespace sgauth
