#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Owns one file descriptor.

#include <unistd.h>
#include <utility>

namespace sgauth {

class unique_fd {
public:
    unique_fd() noexcept = default;
    explicit unique_fd(int fd) noexcept : fd_(fd) {}
    unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    unique_fd& operator=(unique_fd&& other) noexcept
    {
        if (this != &other) {
            reset();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    unique_fd(const unique_fd&) = delete;
    unique_fd& operator=(const unique_fd&) = delete;
    ~unique_fd() { reset(); }

    explicit operator bool() const noexcept { return fd_ >= 0; }
    int get() const noexcept { return fd_; }
    // Gives it up: the caller owns it from then on.
    int release() noexcept { return std::exchange(fd_, -1); }
    // False: a network file system may tell of a failed write only here.
    bool close() noexcept { return ::close(std::exchange(fd_, -1)) == 0; }
    void reset() noexcept
    {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_ = -1;
};

}  // namespace sgauth
