// SPDX-License-Identifier: Apache-2.0
#include "src/base/helper_process.hpp"

#include "src/base/at_end.hpp"
#include "src/base/child_process.hpp"
#include "src/base/deadline.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <unistd.h>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

using descriptor = net::posix::stream_descriptor;

net::awaitable<result<std::string>> read_all(descriptor& from)
{
    std::string all;
    all.reserve(max_helper_output);
    std::array<char, 1024> piece;
    const at_end tidy([&piece] { wipe(piece.data(), piece.size()); });
    for (;;) {
        boost::system::error_code ec;
        const std::size_t got =
            co_await from.async_read_some(net::buffer(piece), net::redirect_error(net::use_awaitable, ec));
        if (ec == net::error::operation_aborted)
            throw boost::system::system_error(ec);
        if (ec)
            co_return std::move(all);  // the end, as a rule
        if (all.size() + got > max_helper_output) {
            wipe(all);
            co_return fail(errc::failed, "a helper program says too much");
        }
        all.append(piece.data(), got);
    }
}

net::awaitable<result<helper_end>> run(helper_call call)
{
    const auto executor = co_await net::this_coro::executor;
    auto started = child_process::start(call.program, std::move(call.arguments), std::move(call.environment));
    if (!started)
        co_return std::unexpected(started.error());
    child_process child = std::move(started->first);
    child_process::pipes pipes = std::move(started->second);
    // A page fits into any pipe: this does not block. A helper that has ended already says so by its code.
    const std::string_view input = call.input.reveal();
    [[maybe_unused]] const ssize_t told = ::write(pipes.input.get(), input.data(), input.size());
    pipes.input.reset();

    descriptor reading(executor, pipes.output.release());
    auto said = co_await read_all(reading);
    if (!said)
        co_return std::unexpected(said.error());
    helper_end end;
    end.output = helper_bytes::take(*said);
    descriptor ended(executor, child.open_pidfd().release());
    co_await ended.async_wait(descriptor::wait_read, net::use_awaitable);
    end.exit_code = child.exit_code();
    co_return end;
}

}  // namespace

net::awaitable<result<helper_end>> run_helper(helper_call call, std::chrono::steady_clock::duration limit)
{
    auto running = run(std::move(call));
    return with_deadline(std::move(running), limit);
}

}  // namespace sgauth
