#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A helper program of ours that goes on: lines come from it, and short ones go to it. It is killed when this
// goes. For one errand, and for secrets, there is helper_process.

#include "src/base/child_process.hpp"
#include "src/base/error.hpp"
#include "src/base/line_splitter.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

class helper_stream {
public:
    struct program {
        std::string path;
        std::vector<std::string> arguments;    // without the program; never a secret
        std::vector<std::string> environment;  // NAME=value, all that it gets
    };
    static constexpr std::size_t longest_line = 512;  // a word and a sentence are far below

    // errc::failed: it cannot be started.
    static result<helper_stream> start(const boost::asio::any_io_executor& executor, program what);

    // Suspends until there is a line. errc::failed: it has ended, or its line is too long; errc::timed_out:
    // no line within `limit`, and none is lost by that.
    boost::asio::awaitable<result<std::string>> line(std::chrono::steady_clock::duration limit);
    // Writes a line, without waiting. errc::failed: it has ended, or reads nothing.
    result<void> say(std::string_view line);

private:
    helper_stream(
        const boost::asio::any_io_executor& executor, child_process child, child_process::pipes pipes
    );
    boost::asio::awaitable<result<std::string>> next_line();

    child_process child_;
    unique_fd input_;
    boost::asio::posix::stream_descriptor output_;
    line_splitter lines_{longest_line};
};

}  // namespace sgauth
