// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/echo_server.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace sgauth::bench {

namespace {

constexpr int at_a_time = 64;
constexpr std::size_t read_chunk = 64 * 1024;

void watch(int epoll, int fd)
{
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted);
}

}  // namespace

[[noreturn]] void serve_echo(int listening, std::size_t request_bytes, std::size_t reply_bytes)
{
    std::string reply(reply_bytes, 'x');
    reply.back() = '\0';
    std::string buffer(read_chunk, '\0');
    std::unordered_map<int, std::size_t> halves;  // what came of a request that is not whole
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listening);
    std::array<epoll_event, at_a_time> events;
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), at_a_time, -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == listening) {
                watch(epoll, ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
                continue;
            }
            const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                halves.erase(fd);
                ::close(fd);
                continue;
            }
            auto bytes = static_cast<std::size_t>(got);
            if (bytes != request_bytes) {
                std::size_t& half = halves[fd];
                bytes += std::exchange(half, (half + bytes) % request_bytes);
            }
            for (; bytes >= request_bytes; bytes -= request_bytes)
                if (::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL) < 0)
                    break;
        }
    }
}

}  // namespace sgauth::bench
