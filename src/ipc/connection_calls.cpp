// SPDX-License-Identifier: Apache-2.0
//
// A connection's calls that wait, and its streams.

#include "proto/codec.hpp"
#include "proto/secret.hpp"
#include "proto/status.hpp"
#include "src/base/deadline.hpp"
#include "src/ipc/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace sgauth::ipc {

namespace net = boost::asio;

namespace {

// Ends the connection when its task ends otherwise than by finishing: an exception there is a bug of ours, or
// memory that ran out.
class close_at_the_end {
public:
    explicit close_at_the_end(std::shared_ptr<connection> which) : which_(std::move(which)) {}
    close_at_the_end(const close_at_the_end&) = delete;
    close_at_the_end& operator=(const close_at_the_end&) = delete;
    ~close_at_the_end()
    {
        if (which_)
            which_->abandon();
    }
    void dismiss() noexcept { which_.reset(); }

private:
    std::shared_ptr<connection> which_;
};

// One call more among those that wait, for as long as it waits.
class counted {
public:
    explicit counted(std::size_t& count) : count_(count) { ++count_; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { --count_; }

private:
    std::size_t& count_;
};

void write_refusal(std::string& out, std::string_view name, std::string_view message)
{
    proto::error_reply error;
    error.name = name;
    error.message = message;
    proto::write_message(out, error);
}

}  // namespace

void connection::begin(outcome call)
{
    send_out();
    if (!socket_)
        return;
    const bool streams = call.what == outcome::kind::streams;
    if (!streams && shared_.in_flight >= shared_.limit.calls_in_flight) {
        shared_.complain("too many calls wait: one was refused");
        if (!call.oneway)
            write_refusal(
                shared_.out, proto::error_name::busy, "too many calls wait for an answer: try again later"
            );
        return;
    }
    busy_ = true;
    oneway_ = call.oneway;
    auto task = streams ? run_stream(shared_from_this(), std::move(call))
                        : run_call(shared_from_this(), std::move(call));
    call_ = shared_.tasks.spawn(streams ? "watch" : "call", std::move(task));
}

net::awaitable<void> connection::run_call(std::shared_ptr<connection> self, outcome call)
{
    close_at_the_end unless_done(self);
    std::optional<counted> waiting(self->shared_.in_flight);
    auto reply = co_await with_deadline(std::move(*call.reply), self->shared_.limit.longest_call);
    waiting.reset();
    if (self->socket_ && !call.oneway) {
        if (reply)
            self->shared_.out.append(*reply);
        else
            write_refusal(self->shared_.out, proto::error_name::timed_out, "out of time");
    }
    if (reply)
        wipe(*reply);
    self->after_call();
    unless_done.dismiss();
}

void connection::after_call()
{
    busy_ = false;
    if (!socket_)
        return;
    if (std::exchange(hung_up_, false) && !start()) {  // there may be more that it sent before it left
        close();
        return;
    }
    if (!working_)  // else the loop that began it goes on
        work_through({});
}

net::awaitable<void> connection::run_stream(std::shared_ptr<connection> self, outcome call)
{
    close_at_the_end when_over(self);
    while (self->socket_) {
        const std::string message = co_await call.events->next();
        if (!self->socket_)
            break;
        self->shared_.out.append(message);
        self->send_out();
        self->keep_limit();
        while (!self->unsent_.empty())
            co_await self->sent_all();
    }
}

net::awaitable<void> connection::sent_all()
{
    drained_ = std::make_unique<net::steady_timer>(shared_.executor, net::steady_timer::time_point::max());
    boost::system::error_code ec;
    co_await drained_->async_wait(net::redirect_error(net::use_awaitable, ec));
    drained_.reset();
}

}  // namespace sgauth::ipc
