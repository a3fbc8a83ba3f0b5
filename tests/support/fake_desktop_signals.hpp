#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A desktop that says what the test says.

#include "src/agent/desktop_signals.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <string>
#include <utility>

namespace sgauth::test {

class fake_desktop_signals final : public desktop_signals {
public:
    std::optional<std::string> trouble;
    int begun = 0;  // how often somebody began to listen
    int ended = 0;

    boost::asio::awaitable<void> listen(obeyer obey) override
    {
        obey_ = std::move(obey);
        ++begun;
        boost::asio::steady_timer never(
            co_await boost::asio::this_coro::executor, boost::asio::steady_timer::time_point::max()
        );
        boost::system::error_code ec;
        co_await never.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
        ++ended;
    }
    std::optional<std::string> problem() const override { return trouble; }

    // Returns when it was obeyed.
    void says(boost::asio::io_context& io, desktop_event what) { run(io, obey_(what)); }

private:
    obeyer obey_;
};

}  // namespace sgauth::test
