#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Time as the daemon knows it. Deadlines are boot-time points: that clock counts suspend and never jumps with NTP.
// Wall time is for people and for what a site says. Everything that waits or asks the time takes a `time_source`;
// tests hand in tests/support/fake_time.hpp.

#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace sgauth {

struct boot_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<boot_clock>;
    static constexpr bool is_steady = true;
    static time_point now() noexcept;
};

using boot_time = boot_clock::time_point;
using wall_time = std::chrono::sys_seconds;

class time_source {
public:
    virtual ~time_source() = default;

    // CLOCK_BOOTTIME.
    virtual boot_time now() const noexcept = 0;
    // CLOCK_REALTIME, in seconds.
    virtual wall_time wall() const noexcept = 0;
    // How long this machine has been suspended since it booted: the boot clock less the monotonic one.
    virtual boot_clock::duration suspended() const noexcept = 0;
    // Suspends until `when`. Wakes within 60 s after a resume, as the sleep is capped and taken again. Ends early,
    // by boost::system::system_error(operation_aborted), when the coroutine is cancelled.
    virtual boost::asio::awaitable<void> sleep_until(boot_time when) = 0;
};

// The kernel's clocks, with timers of the coroutine's executor.
class system_time final : public time_source {
public:
    boot_time now() const noexcept override;
    wall_time wall() const noexcept override;
    boot_clock::duration suspended() const noexcept override;
    boost::asio::awaitable<void> sleep_until(boot_time when) override;
};

}  // namespace sgauth
