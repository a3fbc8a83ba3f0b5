// SPDX-License-Identifier: Apache-2.0
#include "src/base/helper_stream.hpp"

#include "src/base/deadline.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

result<helper_stream> helper_stream::start(const net::any_io_executor& executor, program what)
{
    auto started = child_process::start(what.path, std::move(what.arguments), std::move(what.environment));
    if (!started)
        return std::unexpected(started.error());
    return helper_stream(executor, std::move(started->first), std::move(started->second));
}

helper_stream::helper_stream(
    const net::any_io_executor& executor, child_process child, child_process::pipes pipes
)
    : child_(std::move(child)), input_(std::move(pipes.input)), output_(executor, pipes.output.release())
{
    // One that reads nothing must not hold us up.
    ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
}

net::awaitable<result<std::string>> helper_stream::line(std::chrono::steady_clock::duration limit)
{
    auto waiting = next_line();
    return with_deadline(std::move(waiting), limit);
}

net::awaitable<result<std::string>> helper_stream::next_line()
{
    for (;;) {
        if (auto line = lines_.next())
            co_return std::move(*line);
        std::array<char, longest_line> piece;
        boost::system::error_code ec;
        const std::size_t got =
            co_await output_.async_read_some(net::buffer(piece), net::redirect_error(net::use_awaitable, ec));
        if (ec == net::error::operation_aborted)
            throw boost::system::system_error(ec);
        if (ec)
            co_return fail(errc::failed, "a helper program has ended");
        if (!lines_.take(std::string_view(piece.data(), got)))
            co_return fail(errc::failed, "a helper program says too much");
    }
}

result<void> helper_stream::say(std::string_view line)
{
    std::string bytes(line);
    bytes += '\n';
    // Shorter than PIPE_BUF: all of it or nothing.
    if (::write(input_.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        return fail(errc::failed, "a helper program does not listen");
    return {};
}

}  // namespace sgauth
