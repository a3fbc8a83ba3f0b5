// SPDX-License-Identifier: Apache-2.0
#include "src/agent/recorder.hpp"

#include "proto/utf8.hpp"
#include "src/base/at_end.hpp"
#include "src/base/deadline.hpp"

#include <algorithm>

namespace sgauth {

namespace {

// How long a login waits for somebody to say that it was his: an Answer that waits comes at once.
constexpr std::chrono::seconds claimed_within{60};
// What a disk refused is tried again so often while nobody asks for anything.
constexpr std::chrono::seconds tried_again_in{30};
// The whole ledger, five files of a mebibyte, from a slow disk.
constexpr std::chrono::seconds read_within{20};

constexpr const char* nowhere_to_write = "audit.required is set, and audit.sink is none";

audit_entry about(std::string_view event, const session& s)
{
    audit_entry e;
    e.event = event;
    e.session = s.id;
    e.site = s.site.text();
    e.user = proto::printable(s.user);
    return e;
}

}  // namespace

recorder::recorder(
    ledger& book,
    const loaded& configuration,
    session_table& table,
    time_source& time,
    task_group& tasks,
    task_group& writers
)
    : book_(book),
      configuration_(configuration),
      time_(time),
      tasks_(tasks),
      started_(time.wall()),
      queue_(book, configuration, writers, [this] { return tally_.take_counts(); })
{
    table.listen([this](session_event event, const session& s) { hear(event, s); });
}

bool recorder::repeats(std::string_view key, const process_key& process)
{
    if (sink() == audit_sink::none)
        return !is_required();
    // A count is written later, and nobody knows whether it can be.
    if (is_required() && queue_.trouble())
        return false;
    if (tally_.of(key, process, time_.now()) != audit_tally::standing::written)
        return false;
    tally_.count(key, time_.wall());
    return true;
}

recorder::awaitable<result<void>> recorder::record(std::string key, process_key process, audit_entry e)
{
    // Its line is in front of this one: when this is done, that is.
    if (tally_.of(key, process, time_.now()) == audit_tally::standing::begun)
        static_cast<void>(co_await put_down());
    if (repeats(key, process))
        co_return result<void>();
    take_due();
    e.at = wall();
    if (auto counted = tally_.begin(key, process, e, time_.now()))
        queue_.add(std::move(*counted));
    // What did not happen for want of its line is not to be there later; where it is, in one of two places or
    // too late to wait for, another line takes it back.
    const bool hangs_on_it = is_required() && e.event == proto::audit_event::handed_out;
    audit_entry taken_back = hangs_on_it ? e : audit_entry();
    taken_back.event = proto::audit_event::withheld;
    bool stays = false;
    const at_end settle([&] { stays ? tally_.wrote(key) : tally_.failed(key); });
    const audit_queue::ticket mine = queue_.add(std::move(e));
    const auto done = co_await put_down();
    stays = done || !hangs_on_it;
    if (!stays && !queue_.withdraw(mine))
        queue_.add(std::move(taken_back));
    keep_closing_windows();
    co_return done;
}

recorder::awaitable<result<void>> recorder::record(audit_entry e)
{
    e.at = wall();
    queue_.add(std::move(e));
    co_return co_await put_down();
}

// Suspends until what was added is written, as long as a reply waits for that.
recorder::awaitable<result<void>> recorder::put_down()
{
    if (sink() == audit_sink::none && is_required())
        co_return fail(errc::denied, nowhere_to_write);
    // A disk that hangs has cost somebody the wait already.
    if (queue_.is_stuck() && !is_required())
        co_return fail(errc::timed_out, *queue_.trouble());
    const std::chrono::seconds limit = is_required() ? patience_if_required : patience;
    const auto done = co_await queue_.flush_within(limit);
    if (!done)
        keep_closing_windows();
    // The journal is of the places that are required.
    if (done && is_required() && queue_.trouble())
        co_return fail(errc::failed, *queue_.trouble());
    co_return done;
}

recorder::awaitable<void> recorder::settle()
{
    static_cast<void>(co_await put_down());  // status says so
}

// Nobody's reply waits for it; where it fails status says so.
recorder::awaitable<void> recorder::flush()
{
    static_cast<void>(co_await queue_.flush_within(patience));
    keep_closing_windows();
}

void recorder::add_counts()
{
    for (audit_entry& e : tally_.take_counts())
        queue_.add(std::move(e));
}

void recorder::note(std::string key, process_key process, audit_entry e)
{
    if (!repeats(key, process))
        tasks_.spawn("audit", note_counted(std::move(key), process, std::move(e)));
}

recorder::awaitable<void> recorder::note_counted(std::string key, process_key process, audit_entry e)
{
    static_cast<void>(co_await record(std::move(key), process, std::move(e)));
}

void recorder::note(audit_entry e)
{
    e.at = wall();
    queue_.add(std::move(e));
    tasks_.spawn("audit", flush());
}

void recorder::hear(session_event event, const session& s)
{
    namespace word = proto::audit_event;
    if (event == session_event::added && s.created >= started_) {
        audit_entry e = about(word::login, s);
        e.at = wall();
        unclaimed_.insert_or_assign(s.id, std::pair(std::move(e), time_.now() + claimed_within));
        keep_closing_windows();
    } else if (event == session_event::renewed) {
        note(about(word::renewed, s));
    } else if (event == session_event::expired) {
        audit_entry e = about(word::expired, s);
        e.reason = s.past.end == end_reason::max_age ? "max_age" : "site";
        note(std::move(e));
    } else if (event == session_event::locked) {
        add_counts();
        tasks_.spawn("audit", flush());
    } else if (event == session_event::revoked) {
        add_counts();
        audit_entry e = about(word::revoked, s);
        if (const auto by = revoking_.find(s.id); by != revoking_.end()) {
            const audit_entry who = entry_about(word::revoked, by->second);
            e.pid = who.pid;
            e.uid = who.uid;
            e.executable = who.executable;
            e.unit = who.unit;
        }
        note(std::move(e));
    }
}

void recorder::revoking(const std::vector<std::string>& sessions, const caller& who)
{
    for (const std::string& id : sessions)
        revoking_.insert_or_assign(id, who);
}

recorder::awaitable<void> recorder::revoked(std::vector<std::string> sessions)
{
    for (const std::string& id : sessions)
        revoking_.erase(id);
    // Behind all that was told before.
    co_await flush();
}

// The counts and the logins whose time is over, to be written with what comes next.
void recorder::take_due()
{
    const boot_time now = time_.now();
    for (audit_entry& e : tally_.due(now))
        queue_.add(std::move(e));
    for (const auto& [id, one] : unclaimed_)
        if (now >= one.second)
            queue_.add(one.first);
    std::erase_if(unclaimed_, [&](const auto& one) { return now >= one.second.second; });
}

std::optional<boot_time> recorder::next_close() const
{
    std::optional<boot_time> next = tally_.next_close();
    for (const auto& [id, one] : unclaimed_)
        next = std::min(next.value_or(one.second), one.second);
    if (!queue_.is_empty() && queue_.trouble()) {
        const boot_time again = time_.now() + tried_again_in;
        next = std::min(next.value_or(again), again);
    }
    return next;
}

// One sleeper for all windows, and none while nobody asks for anything.
void recorder::keep_closing_windows()
{
    if (!next_close() || std::exchange(is_closing_windows_, true))
        return;
    tasks_.spawn("audit windows", close_windows());
}

recorder::awaitable<void> recorder::close_windows()
{
    const at_end ended([this] { is_closing_windows_ = false; });
    while (const auto next = next_close()) {
        co_await time_.sleep_until(*next);
        take_due();
        if (!queue_.is_empty())
            static_cast<void>(co_await queue_.flush_within(patience));
    }
}

recorder::awaitable<result<audit_record>> recorder::read()
{
    add_counts();
    co_await flush();
    auto reading = book_.read();
    co_return co_await with_deadline(std::move(reading), read_within);
}

std::optional<std::string> recorder::keeps_back() const
{
    if (!is_required())
        return std::nullopt;
    return sink() == audit_sink::none ? nowhere_to_write : queue_.trouble();
}

std::optional<std::string> recorder::problem() const
{
    if (is_required() && sink() == audit_sink::none)
        return std::string("no credential is handed out: ") + nowhere_to_write;
    if (!queue_.trouble())
        return std::nullopt;
    const char* so = is_required() ? "no credential is handed out, as that cannot be recorded: "
                                   : "hand-outs are not recorded: ";
    return so + *queue_.trouble();
}

recorder::awaitable<result<void>> recorder::close()
{
    add_counts();
    std::vector<audit_entry> last = queue_.take_all();
    for (auto& [id, one] : std::exchange(unclaimed_, {}))
        last.push_back(one.first);
    co_return co_await book_.close(std::move(last), sink(), wall());
}

}  // namespace sgauth
