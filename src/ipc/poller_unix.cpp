// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/poller_unix.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <span>
#include <sys/epoll.h>
#include <system_error>

namespace sgauth::ipc {

namespace net = boost::asio;

namespace {

// Told at a time; then the loop's other work has its turn.
constexpr std::size_t batch = 64;

epoll_event event_for(poller::token t, unsigned wanted) noexcept
{
    epoll_event event{};
    event.events = ((wanted & ready::readable) ? EPOLLIN : 0u) | ((wanted & ready::writable) ? EPOLLOUT : 0u);
    event.data.u64 = t;
    return event;
}

unsigned meaning_of(std::uint32_t events) noexcept
{
    unsigned what = ready::nothing;
    if (events & EPOLLIN)
        what |= ready::readable;
    if (events & EPOLLOUT)
        what |= ready::writable;
    if (events & (EPOLLHUP | EPOLLERR))
        what |= ready::hung_up;
    return what;
}

}  // namespace

poller::poller() : set_(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!set_)
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

bool poller::add(int fd, token t, unsigned wanted) noexcept
{
    epoll_event event = event_for(t, wanted);
    return ::epoll_ctl(set_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void poller::change(int fd, token t, unsigned wanted) noexcept
{
    epoll_event event = event_for(t, wanted);
    ::epoll_ctl(set_.get(), EPOLL_CTL_MOD, fd, &event);
}

void poller::remove(int fd) noexcept
{
    ::epoll_ctl(set_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void poller::hand_out(const receiver& receive)
{
    std::array<epoll_event, batch> events;
    const int count = ::epoll_wait(set_.get(), events.data(), static_cast<int>(events.size()), 0);
    if (count <= 0)
        return;
    for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count)))
        receive(event.data.u64, meaning_of(event.events));
}

net::awaitable<void> poller::run(receiver receive)
{
    const int own = ::fcntl(set_.get(), F_DUPFD_CLOEXEC, 0);  // Asio closes what it is given
    if (own < 0)
        throw std::system_error(errno, std::generic_category(), "epoll");
    net::posix::stream_descriptor set(co_await net::this_coro::executor, own);
    for (;;) {
        co_await set.async_wait(net::posix::stream_descriptor::wait_read, net::use_awaitable);
        hand_out(receive);
    }
}

}  // namespace sgauth::ipc
