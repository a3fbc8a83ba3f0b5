// SPDX-License-Identifier: Apache-2.0
#include "daemon/ending.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace sgauth {

namespace {

// What a signal's handler may use: set before it is in place, and never again.
timer_t end_timer;
itimerspec end_after;
using handler = void (*)(int);
handler before_sigterm = SIG_DFL;
handler before_sigint = SIG_DFL;

// timer_settime(2) is async-signal-safe.
void arm_and_pass_on(int signal)
{
    ::timer_settime(end_timer, 0, &end_after, nullptr);
    const handler before = signal == SIGTERM ? before_sigterm : before_sigint;
    if (before != SIG_DFL && before != SIG_IGN)
        before(signal);
}

handler replace(int signal, handler by, int flags)
{
    struct sigaction fresh{};
    struct sigaction old{};
    fresh.sa_handler = by;
    fresh.sa_flags = flags;
    ::sigfillset(&fresh.sa_mask);
    if (::sigaction(signal, &fresh, &old) != 0)
        throw std::system_error(errno, std::generic_category(), "sigaction");
    return old.sa_handler;
}

}  // namespace

void end_soon_after_signals(std::chrono::milliseconds limit)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
    end_after.it_value.tv_sec = seconds.count();
    end_after.it_value.tv_nsec = std::chrono::nanoseconds(limit - seconds).count();
    sigevent alarm{};
    alarm.sigev_notify = SIGEV_SIGNAL;
    alarm.sigev_signo = SIGALRM;
    if (::timer_create(CLOCK_MONOTONIC, &alarm, &end_timer) != 0)
        throw std::system_error(errno, std::generic_category(), "timer_create");
    replace(SIGALRM, [](int) { ::_exit(0); }, 0);
    before_sigterm = replace(SIGTERM, arm_and_pass_on, SA_RESTART);
    before_sigint = replace(SIGINT, arm_and_pass_on, SA_RESTART);
}

}  // namespace sgauth
