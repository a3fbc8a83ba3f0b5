// SPDX-License-Identifier: Apache-2.0
#include "src/base/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <fstream>
#include <time.h>

namespace sgauth {

namespace {

// Timers do not count suspend: after a resume we are late by at most this.
constexpr std::chrono::seconds longest_sleep{60};

std::chrono::nanoseconds read_clock(clockid_t id) noexcept
{
    timespec t{};
    ::clock_gettime(id, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

boot_time boot_clock::now() noexcept
{
    return boot_time(read_clock(CLOCK_BOOTTIME));
}

system_time::system_time()
{
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::getline(file, boot_id_);
}

boot_time system_time::now() const noexcept
{
    return boot_clock::now();
}

wall_time system_time::wall() const noexcept
{
    return wall_time(std::chrono::duration_cast<std::chrono::seconds>(read_clock(CLOCK_REALTIME)));
}

boot_clock::duration system_time::suspended() const noexcept
{
    const auto monotonic =
        read_clock(CLOCK_MONOTONIC);  // read first, so that the difference is never negative
    return read_clock(CLOCK_BOOTTIME) - monotonic;
}

boost::asio::awaitable<void> system_time::sleep_until(boot_time when)
{
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    for (auto left = when - now(); left > left.zero(); left = when - now()) {
        timer.expires_after(std::min<boot_clock::duration>(left, longest_sleep));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace sgauth
