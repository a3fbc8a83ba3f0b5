// SPDX-License-Identifier: Apache-2.0
#include "src/agent/audit_queue.hpp"

#include "proto/audit_messages.hpp"
#include "src/base/deadline.hpp"
#include "src/base/log.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

constexpr int the_only = 0;  // key of the flights: one write at a time

}  // namespace

audit_queue::audit_queue(
    ledger& book,
    const loaded& configuration,
    task_group& writers,
    std::function<std::vector<audit_entry>()> last_words
)
    : book_(book),
      configuration_(configuration),
      last_words_(std::move(last_words)),
      flights_(writers, "audit")
{
}

audit_queue::ticket audit_queue::add(audit_entry e)
{
    if (waiting_.size() >= most) {
        lost_ += waiting_.front().entry.count;
        waiting_.pop_front();
    }
    waiting_.push_back({next_, std::move(e)});
    return next_++;
}

bool audit_queue::withdraw(ticket which)
{
    if (which <= std::max(written_, on_its_way_))
        return false;
    std::erase_if(waiting_, [which](const numbered& one) { return one.number == which; });
    return true;
}

audit_queue::awaitable<result<void>> audit_queue::flush()
{
    const ticket mine = next_ - 1;
    while (written_ < mine && !waiting_.empty() && waiting_.front().number <= mine) {
        std::move_only_function<awaitable<result<void>>()> work = [this] { return write(); };
        const auto done = co_await flights_.join(the_only, std::move(work));
        if (!done && written_ < mine)
            co_return std::unexpected(done.error());
    }
    co_return result<void>();
}

audit_queue::awaitable<result<void>> audit_queue::flush_within(std::chrono::steady_clock::duration limit)
{
    auto flushing = flush();
    const auto done = co_await with_deadline(std::move(flushing), limit);
    if (done || done.error().code != errc::timed_out)
        co_return done;
    is_stuck_ = true;
    complain("the ledger's disk or journal does not answer");
    co_return fail(errc::timed_out, *trouble_);
}

audit_queue::awaitable<result<void>> audit_queue::write()
{
    auto room = co_await write_some();
    if (room && *room == ledger::room::full) {
        for (audit_entry& e : last_words_())
            add(std::move(e));
        room = co_await write_some();
        if (room) {
            const auto rotated = co_await book_.rotate();
            if (!rotated)
                complain(rotated.error().detail);
        }
    }
    if (!room)
        co_return std::unexpected(room.error());
    co_return result<void>();
}

audit_queue::awaitable<result<ledger::room>> audit_queue::write_some()
{
    if (sink() == audit_sink::none) {
        settle(next_ - 1);
        co_return ledger::room::left;
    }
    std::vector<audit_entry> some;
    if (lost_ > 0 && !waiting_.empty()) {
        audit_entry e;
        e.event = proto::audit_event::lost;
        e.at = waiting_.front().entry.at;
        e.count = lost_;
        e.reason = "could not be written, and were too many to be kept";
        some.push_back(std::move(e));
    }
    const std::int64_t told = some.empty() ? 0 : lost_;
    ticket last = written_;
    for (auto one = waiting_.begin(); one != waiting_.end() && some.size() < most_at_once; ++one) {
        some.push_back(one->entry);
        last = one->number;
    }
    if (some.empty())
        co_return ledger::room::left;
    on_its_way_ = last;
    const auto done = co_await book_.write(std::move(some), sink());
    on_its_way_ = 0;
    is_stuck_ = false;
    if (!done) {
        complain(done.error().detail);
        co_return std::unexpected(done.error());
    }
    lost_ -= told;
    settle(last);
    if (done->trouble)
        complain(*done->trouble);
    else
        trouble_.reset();
    co_return done->left;
}

void audit_queue::settle(ticket last)
{
    while (!waiting_.empty() && waiting_.front().number <= last)
        waiting_.pop_front();
    written_ = std::max(written_, last);
}

void audit_queue::complain(const std::string& why)
{
    if (trouble_ != why)
        log::warning("the audit ledger: {}", why);
    trouble_ = why;
}

std::vector<audit_entry> audit_queue::take_all()
{
    std::vector<audit_entry> all;
    for (numbered& one : std::exchange(waiting_, {}))
        all.push_back(std::move(one.entry));
    return all;
}

}  // namespace sgauth
