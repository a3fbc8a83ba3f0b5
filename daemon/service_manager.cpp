// SPDX-License-Identifier: Apache-2.0
#include "daemon/service_manager.hpp"

#include "src/ipc/unique_fd.hpp"

#include <spdlog/fmt/fmt.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

namespace sgauth {

namespace {

constexpr int first_passed = 3;  // SD_LISTEN_FDS_START
constexpr int most_passed = 64;  // one is expected; a larger number is none of systemd's

// -1 if it is not there or no number.
long number(const environment& variable, const char* name)
{
    const char* value = variable(name);
    if (!value)
        return -1;
    const std::string_view text(value);
    long read = -1;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), read);
    return done.ec == std::errc() && done.ptr == text.data() + text.size() ? read : -1;
}

std::uint64_t monotonic_us()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

service_manager::service_manager(const environment& variable, pid_t own)
{
    const long count = number(variable, "LISTEN_FDS");
    if (number(variable, "LISTEN_PID") == own && count > 0 && count <= most_passed)
        for (int i = 0; i < count; ++i)
            passed_.push_back(first_passed + i);
    if (const char* socket = variable("NOTIFY_SOCKET"))
        socket_ = socket;
}

void service_manager::ready(std::string_view status) const
{
    tell(fmt::format("READY=1\nSTATUS={}\n", status));
}

void service_manager::reloading() const
{
    tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\n", monotonic_us()));
}

void service_manager::stopping() const
{
    tell("STOPPING=1\n");
}

void service_manager::tell(std::string_view text) const
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path ||
        (socket_[0] != '/' && socket_[0] != '@'))
        return;
    socket_.copy(address.sun_path, socket_.size());
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    const ipc::unique_fd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // A manager that does not read must not stop the loop.
    const timeval limit{0, 200'000};
    ::setsockopt(sender.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    // Nothing to do if it fails: systemd then waits for its own limit and says so.
    ::sendto(
        sender.get(),
        text.data(),
        text.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&address),
        size
    );
}

void forget_service_manager_variables()
{
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET"})
        ::unsetenv(name);
}

}  // namespace sgauth
