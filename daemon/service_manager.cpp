// SPDX-License-Identifier: Apache-2.0
#include "daemon/service_manager.hpp"

#include "src/base/unique_fd.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

namespace sgauth {

namespace {

constexpr int first_passed = 3;  // SD_LISTEN_FDS_START
// Of the names of what we have the manager keep.
constexpr std::string_view kept_prefix = "sgauth-";
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
        sort_out(static_cast<int>(count), variable("LISTEN_FDNAMES"));
    if (const char* socket = variable("NOTIFY_SOCKET"))
        socket_ = socket;
}

// What bears a name of ours was kept, all else is a socket.
void service_manager::sort_out(int count, const char* names)
{
    std::string_view rest = names ? names : "";
    for (int fd = first_passed; fd < first_passed + count; ++fd) {
        const std::string_view name = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        if (name.starts_with(kept_prefix))
            kept_.emplace_back(name, fd);
        else
            passed_.push_back(fd);
    }
}

std::vector<int> service_manager::all_passed() const
{
    std::vector<int> all = passed_;
    for (const auto& [name, fd] : kept_)
        all.push_back(fd);
    return all;
}

int service_manager::kept(std::string_view name) const
{
    for (const auto& [known, fd] : kept_)
        if (known == name)
            return fd;
    return -1;
}

void service_manager::keep(int descriptor, std::string_view name) const
{
    tell(fmt::format("FDSTORE=1\nFDNAME={}\n", name), descriptor);
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

void service_manager::tell(std::string_view text, int descriptor) const
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path ||
        (socket_[0] != '/' && socket_[0] != '@'))
        return;
    socket_.copy(address.sun_path, socket_.size());
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    const unique_fd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // A manager that does not read must not stop the loop.
    const timeval limit{0, 200'000};
    ::setsockopt(sender.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    // Nothing to do if it fails: systemd then waits for its own limit and says so.
    iovec content{const_cast<char*>(text.data()), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = size;
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
    }
    ::sendmsg(sender.get(), &message, MSG_NOSIGNAL);
}

void forget_service_manager_variables()
{
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET"})
        ::unsetenv(name);
}

}  // namespace sgauth
