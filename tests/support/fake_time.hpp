#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Time that moves when the test says so. Begins long after the boot and at a wall time of 2026, so that
// neither is zero by chance. After moving it, pump the io_context: sleepers wake there.

#include "src/base/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <string>

namespace sgauth::test {

class fake_time final : public time_source {
public:
    fake_time() = default;
    fake_time(const fake_time&) = delete;
    fake_time& operator=(const fake_time&) = delete;

    boot_time now() const noexcept override { return now_; }
    std::string boot_id() const override { return boot; }
    wall_time wall() const noexcept override { return std::chrono::floor<std::chrono::seconds>(wall_); }
    boot_clock::duration suspended() const noexcept override { return suspended_; }
    boost::asio::awaitable<void> sleep_until(boot_time when) override;

    std::string boot = "this boot";

    // The boot clock and the wall clock go on together.
    void advance(boot_clock::duration by);
    // The same, in a suspend.
    void suspend(boot_clock::duration by);
    // Somebody sets the wall clock, forwards or back; nobody wakes.
    void jump_wall(std::chrono::seconds by) { wall_ += by; }

    // How many sleep.
    std::size_t sleepers() const noexcept { return sleepers_.size(); }

private:
    struct sleeper {
        boot_time when;
        boost::asio::steady_timer* timer;
    };

    boot_time now_{std::chrono::hours(100)};
    std::chrono::sys_time<std::chrono::nanoseconds> wall_{
        std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)
    };
    boot_clock::duration suspended_{};
    std::list<sleeper> sleepers_;
};

}  // namespace sgauth::test
