// SPDX-License-Identifier: Apache-2.0
#include "client/lib/wait_unix.hpp"

#include <algorithm>
#include <poll.h>

namespace sgauth::client {

namespace {

using std::chrono::milliseconds;

// poll(2) counts in an int; a longer wait is several.
constexpr milliseconds longest_poll = std::chrono::hours(1);

// What is left, in whole milliseconds and rounded up, so that a wait never ends early.
int left_until(time_point deadline) noexcept
{
    const auto now = std::chrono::steady_clock::now();
    if (deadline <= now)
        return 0;
    return static_cast<int>(std::min(std::chrono::ceil<milliseconds>(deadline - now), longest_poll).count());
}

}  // namespace

wait_result wait_for(int descriptor, short events, time_point deadline) noexcept
{
    while (true) {
        pollfd watched{descriptor, events, 0};
        const int left = left_until(deadline);
        if (::poll(&watched, 1, left) > 0)
            return wait_result::ready;
        if (left == 0)
            return wait_result::timed_out;
    }
}

bool nap(milliseconds length, time_point deadline) noexcept
{
    const int left = left_until(deadline);
    if (left == 0)
        return false;
    ::poll(nullptr, 0, std::min(left, static_cast<int>(length.count())));
    return true;
}

}  // namespace sgauth::client
