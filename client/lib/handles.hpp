#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is behind the handles of sgauth.h, and what all its functions do first and last.

#include "client/lib/include/sgauth.h"
#include "client/lib/line_pool.hpp"
#include "client/lib/result.hpp"

#include <chrono>
#include <memory>
#include <pthread.h>

struct sgauth_agent {
    explicit sgauth_agent(sgauth::client::target whom) : lines(std::move(whom)) {}
    sgauth::client::line_pool_of_process lines;
};

namespace sgauth::client {

// What a program waits for an answer at most, where it says nothing: longer than the daemon asks a site.
inline constexpr std::chrono::seconds standard_timeout{30};

// A thread that is cancelled unwinds, and nothing may unwind through C.
class no_cancellation {
public:
    no_cancellation() noexcept { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
    ~no_cancellation() { ::pthread_setcancelstate(before_, nullptr); }
    no_cancellation(const no_cancellation&) = delete;
    no_cancellation& operator=(const no_cancellation&) = delete;

private:
    int before_ = 0;
};

// Lets `work` fill a result, gives it to the caller and returns its status. Nothing is thrown.
template <class Work>
sgauth_status answer(sgauth_result** out, Work work) noexcept
{
    const no_cancellation held;
    if (out)
        *out = nullptr;
    try {
        auto made = std::make_unique<sgauth_result>();
        work(*made);
        const sgauth_status status = made->status();
        if (out)
            *out = made.release();
        return status;
    } catch (...) {
        return SGAUTH_FAILED;
    }
}

inline void refuse(sgauth_result& into, std::string message)
{
    call_failure why;
    fail_usage(why, std::move(message));
    into.set(std::move(why));
}

}  // namespace sgauth::client
