#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One method of a fake: its answers come from a queue or from a function, its calls are kept, and an answer
// can be held back until the test lets it go. A call without an answer throws, so that a test says what it
// expects.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

template <class Call, class Answer>
class scripted {
public:
    explicit scripted(std::string name) : name_(std::move(name)) {}
    scripted(const scripted&) = delete;
    scripted& operator=(const scripted&) = delete;

    // The next answer; those of the queue come before the function's.
    void answer(Answer a) { queue_.push_back(std::move(a)); }
    void always(std::function<Answer(const Call&)> how) { how_ = std::move(how); }

    // Calls from now on wait, until release() or until they are cancelled.
    void hold() { held_ = true; }
    void release()
    {
        held_ = false;
        for (auto* waiting : waiting_)
            waiting->cancel();
    }

    const std::vector<Call>& calls() const noexcept { return calls_; }
    std::size_t waiting() const noexcept { return waiting_.size(); }

    // What the fake's method does.
    boost::asio::awaitable<Answer> next(Call call)
    {
        calls_.push_back(call);
        if (held_)
            co_await wait_for_release();
        if (!queue_.empty()) {
            Answer a = std::move(queue_.front());
            queue_.pop_front();
            co_return a;
        }
        if (!how_)
            throw std::logic_error("the test has set no answer for " + name_);
        co_return how_(call);
    }

private:
    struct place {
        std::list<boost::asio::steady_timer*>& all;
        std::list<boost::asio::steady_timer*>::iterator at;
        ~place() { all.erase(at); }
    };

    boost::asio::awaitable<void> wait_for_release()
    {
        namespace net = boost::asio;
        net::steady_timer timer(co_await net::this_coro::executor, net::steady_timer::time_point::max());
        const place kept{waiting_, waiting_.insert(waiting_.end(), &timer)};
        boost::system::error_code ec;
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, ec));
        if (held_)
            throw boost::system::system_error(net::error::operation_aborted);
    }

    std::string name_;
    std::deque<Answer> queue_;
    std::function<Answer(const Call&)> how_;
    std::vector<Call> calls_;
    std::list<boost::asio::steady_timer*> waiting_;
    bool held_ = false;
};

}  // namespace sgauth::test
