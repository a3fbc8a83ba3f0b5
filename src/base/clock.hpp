#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Time as the daemon knows it. Deadlines are boot-time points: that clock counts suspend and never jumps with
// NTP. Wall time is for people and for what a site says. Everything that waits or asks the time takes a
// `time_source`; tests hand in tests/support/fake_time.hpp.

#include "src/base/instant.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace sgauth {

class time_source {
public:
    virtual ~time_source() = default;

    // CLOCK_BOOTTIME.
    virtual boot_time now() const noexcept = 0;
    // CLOCK_REALTIME, in seconds.
    virtual wall_time wall() const noexcept = 0;
    // How long this machine has been suspended since it booted: the boot clock less the monotonic one.
    virtual boot_clock::duration suspended() const noexcept = 0;
    // Suspends until `when`. Wakes within 60 s after a resume, as the sleep is capped and taken again. Ends
    // early, by boost::system::system_error(operation_aborted), when the coroutine is cancelled.
    virtual boost::asio::awaitable<void> sleep_until(boot_time when) = 0;
    // The name of this boot (random(4), boot_id): two boot times are of one clock only where it is the same.
    // Empty where it is not known, which is the same as nothing.
    virtual std::string boot_id() const { return {}; }
};

// The kernel's clocks, with timers of the coroutine's executor.
class system_time final : public time_source {
public:
    system_time();

    boot_time now() const noexcept override;
    wall_time wall() const noexcept override;
    boot_clock::duration suspended() const noexcept override;
    boost::asio::awaitable<void> sleep_until(boot_time when) override;
    std::string boot_id() const override { return boot_id_; }

private:
    std::string boot_id_;
};

}  // namespace sgauth
