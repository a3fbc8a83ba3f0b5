#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Runs one of our own helper programs: what can wait for a person or a bus does so there, with a limit, and
// never in the daemon. Secrets go over pipes alone.

#include "proto/secret.hpp"
#include "src/base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sgauth {

using helper_bytes = secret_of<struct helper_bytes_kind>;

struct helper_call {
    std::string program;                   // a path
    std::vector<std::string> arguments;    // without the program; never a secret
    std::vector<std::string> environment;  // NAME=value, all that it gets
    helper_bytes input;                    // its standard input, a page at most
};

struct helper_end {
    int exit_code = 0;  // 128 + the signal's number where one ended it
    helper_bytes output;
};

// 16 KiB: a key and a sentence are far below.
inline constexpr std::size_t max_helper_output = std::size_t{16} * 1024;

// Suspends until it has ended. After `limit`, and when cancelled, it is killed. errc::failed: it cannot be
// started, or says too much; errc::timed_out.
boost::asio::awaitable<result<helper_end>> run_helper(
    helper_call call, std::chrono::steady_clock::duration limit
);

}  // namespace sgauth
