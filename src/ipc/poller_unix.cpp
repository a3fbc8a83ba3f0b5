// SPDX-License-Identifier: Apache-2.0
#include "src/ipc/poller_unix.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <poll.h>
#include <span>
#include <sys/epoll.h>
#include <system_error>
#include <utility>

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

// A wait for an error is also told of urgent data, which we never read.
bool has_hung_up(int fd) noexcept
{
    pollfd watched{fd, 0, 0};
    return ::poll(&watched, 1, 0) == 1 && (watched.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

// One that Asio watches. Its waits are for one event each, so it is armed again after each.
struct poller::alone {
    alone(const net::any_io_executor& executor, int fd) : descriptor(executor, fd) {}
    ~alone() { descriptor.release(); }

    net::posix::stream_descriptor descriptor;
    unsigned wanted = ready::nothing;
    bool armed = false;
};

poller::poller(net::any_io_executor executor, std::size_t watched_alone)
    : executor_(std::move(executor)), most_alone_(watched_alone), set_(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!set_)
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

poller::~poller() = default;

bool poller::add(int fd, token t, unsigned wanted)
{
    if (alone_.size() < most_alone_) {
        try {
            alone& one = *alone_.emplace(t, std::make_unique<alone>(executor_, fd)).first->second;
            one.wanted = wanted;
            arm(t, one);
            return true;
        } catch (const boost::system::system_error&) {
            return false;
        }
    }
    epoll_event event = event_for(t, wanted);
    return ::epoll_ctl(set_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void poller::change(int fd, token t, unsigned wanted)
{
    if (const auto found = alone_.find(t); found != alone_.end()) {
        alone& one = *found->second;
        one.wanted = wanted;
        if (std::exchange(one.armed, false))
            one.descriptor.cancel();
        arm(t, one);
        return;
    }
    epoll_event event = event_for(t, wanted);
    ::epoll_ctl(set_.get(), EPOLL_CTL_MOD, fd, &event);
}

void poller::remove(int fd, token t) noexcept
{
    if (alone_.erase(t) == 0)
        ::epoll_ctl(set_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

// Each of Asio's waits ends with a hang-up as well.
void poller::arm(token t, alone& one)
{
    using net::posix::descriptor_base;
    const auto what = (one.wanted & ready::writable)   ? descriptor_base::wait_write
                      : (one.wanted & ready::readable) ? descriptor_base::wait_read
                                                       : descriptor_base::wait_error;
    one.armed = true;
    one.descriptor.async_wait(what, [this, t](boost::system::error_code ec) {
        if (!ec)
            on_alone(t);
    });
}

void poller::on_alone(token t)
{
    const auto found = alone_.find(t);
    if (found == alone_.end() || !found->second->armed)
        return;
    alone& one = *found->second;
    one.armed = false;
    unsigned what = one.wanted;
    if (what == ready::nothing && has_hung_up(one.descriptor.native_handle()))
        what = ready::hung_up;
    if (what != ready::nothing && receive_)
        receive_(t, what);
    if (const auto still = alone_.find(t); still != alone_.end() && !still->second->armed)
        arm(t, *still->second);
}

void poller::hand_out()
{
    std::array<epoll_event, batch> events;
    const int count = ::epoll_wait(set_.get(), events.data(), static_cast<int>(events.size()), 0);
    if (count <= 0)
        return;
    for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count)))
        receive_(event.data.u64, meaning_of(event.events));
}

net::awaitable<void> poller::run(receiver receive)
{
    receive_ = std::move(receive);
    const int own = ::fcntl(set_.get(), F_DUPFD_CLOEXEC, 0);  // Asio closes what it is given
    if (own < 0)
        throw std::system_error(errno, std::generic_category(), "epoll");
    net::posix::stream_descriptor set(co_await net::this_coro::executor, own);
    for (;;) {
        co_await set.async_wait(net::posix::stream_descriptor::wait_read, net::use_awaitable);
        hand_out();
    }
}

}  // namespace sgauth::ipc
