#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A program of ours that runs as our child, with pipes for its standard input and output. What to do with it
// is helper_process's, for one errand, and helper_stream's, for one that goes on.

#include "src/base/error.hpp"
#include "src/base/unique_fd.hpp"

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sgauth {

class child_process {
public:
    struct pipes {
        unique_fd input;   // what is written here it reads
        unique_fd output;  // what it writes is read here
    };

    // Its signals are as a fresh program has them; its standard error is ours, for what it may have to say.
    // `environment`, NAME=value, is all that it gets. errc::failed: it cannot be started.
    static result<std::pair<child_process, pipes>> start(
        const std::string& program, std::vector<std::string> arguments, std::vector<std::string> environment
    );

    child_process(child_process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;
    child_process& operator=(child_process&&) = delete;
    // Ends it, if nobody has waited for its end.
    ~child_process();

    // Readable when it has ended.
    unique_fd open_pidfd() const;
    // Of one that has ended; 128 + the signal's number where one ended it.
    int exit_code();

private:
    explicit child_process(pid_t pid) : pid_(pid) {}

    pid_t pid_;
};

}  // namespace sgauth
