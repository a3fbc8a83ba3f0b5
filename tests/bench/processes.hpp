#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Programs that the benchmark starts: servers that stay, and programs that are run to their end.

#include "src/base/unique_fd.hpp"

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sgauth::bench {

struct command {
    std::vector<std::string> words;        // the program's path first
    std::vector<std::string> environment;  // NAME=value, all of it
};

// A server. Stopped by its own pid when it goes out of scope; the kernel stops it if we die first.
class child {
public:
    enum class descriptors { as_ours, many };

    struct setup {
        std::string log;                           // where standard output and error go
        int output = -1;                           // ... but for standard output, where this is set
        int listening = -1;                        // passed as systemd passes a socket
        descriptors limit = descriptors::as_ours;  // many: as many open files as the machine allows
    };

    child() noexcept = default;
    child(const command& what, const setup& how);
    child(child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    child& operator=(child&& other) noexcept
    {
        std::swap(pid_, other.pid_);
        return *this;
    }
    ~child() { stop(); }

    pid_t pid() const noexcept { return pid_; }
    bool is_running() const;
    // SIGTERM, then SIGKILL after five seconds. Returns whether SIGTERM was enough.
    bool stop() noexcept;

private:
    mutable pid_t pid_ = -1;
};

// Runs it to its end with nothing on standard input and output, as a shell would (posix_spawn). Returns the
// exit code; throws if it cannot be started or a signal ends it.
int run(const command& what);
// The same, and what it wrote; throws if it fails.
std::string output_of(const command& what);

// Where a program is, by PATH and the sbin folders; nothing if it is not installed.
std::optional<std::string> installed(const std::string& name);

}  // namespace sgauth::bench
