#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A ledger that keeps in memory what it is told, once the test lets it.

#include "src/agent/ledger.hpp"
#include "src/policy/audit_entry.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

class noting_ledger final : public ledger {
public:
    std::vector<audit_entry> entries;
    std::optional<std::string> breaks;          // with this text
    std::optional<std::string> journal_breaks;  // the file takes all the same
    room after = room::left;                    // what is told of the file
    int writes = 0;
    int rotations = 0;
    bool closed = false;
    bool held = false;  // what is written is told only when release() says so

    void release()
    {
        held = false;
        for (boost::asio::steady_timer* one : waiting_)
            one->cancel();
    }
    // "handed_out 2": the events with their counts, one of them being the usual.
    std::vector<std::string> events() const
    {
        std::vector<std::string> all;
        for (const audit_entry& e : entries)
            all.push_back(e.count == 1 ? e.event : e.event + " " + std::to_string(e.count));
        return all;
    }

    awaitable<result<outcome>> write(std::vector<audit_entry> fresh, audit_sink) override
    {
        ++writes;
        if (held)
            co_await wait();
        if (breaks)
            co_return fail(errc::failed, *breaks);
        take(std::move(fresh));
        co_return outcome{after, journal_breaks};
    }
    awaitable<result<void>> rotate() override
    {
        ++rotations;
        after = room::left;
        co_return result<void>();
    }
    awaitable<result<audit_record>> read() override { co_return audit_record{entries, broken}; }
    awaitable<result<void>> close(std::vector<audit_entry> last, audit_sink, std::int64_t) override
    {
        take(std::move(last));
        closed = true;
        co_return result<void>();
    }

    std::optional<std::string> broken;  // what read() says of the chain

private:
    awaitable<void> wait()
    {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
        timer.expires_at(boost::asio::steady_timer::time_point::max());
        waiting_.push_back(&timer);
        boost::system::error_code woken;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        std::erase(waiting_, &timer);
        if (held)  // nobody released it: cancelled, as a lane is
            throw boost::system::system_error(boost::asio::error::operation_aborted);
    }
    void take(std::vector<audit_entry> fresh)
    {
        for (audit_entry& e : fresh) {
            e.number = static_cast<std::int64_t>(entries.size()) + 1;
            entries.push_back(std::move(e));
        }
    }

    std::vector<boost::asio::steady_timer*> waiting_;
};

}  // namespace sgauth::test
