// SPDX-License-Identifier: Apache-2.0
#include "src/agent/recorder.hpp"

#include "proto/utf8.hpp"
#include "src/base/at_end.hpp"
#include "src/base/log.hpp"

#include <algorithm>
#include <iterator>

namespace sgauth {

namespace {

// How long a login waits for somebody to say that it was his: an Answer that waits comes at once.
constexpr std::chrono::seconds claimed_within{60};

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

void append(std::vector<audit_entry>& to, std::vector<audit_entry> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

recorder::recorder(
    ledger& book, const loaded& configuration, session_table& table, time_source& time, task_group& tasks
)
    : book_(book), configuration_(configuration), time_(time), tasks_(tasks), started_(time.wall())
{
    table.listen([this](session_event event, const session& s) { hear(event, s); });
}

bool recorder::repeats(std::string_view key, const process_key& process)
{
    if (sink() == audit_sink::none)
        return !is_required();
    if (tally_.of(key, process, time_.now()) != audit_tally::standing::written)
        return false;
    tally_.count(key, time_.wall());
    return true;
}

recorder::awaitable<result<void>> recorder::record(std::string key, process_key process, audit_entry e)
{
    if (tally_.of(key, process, time_.now()) == audit_tally::standing::begun) {
        // Its line is in front of this one: when this is done, that is.
        std::vector<audit_entry> nothing;
        static_cast<void>(co_await write(std::move(nothing)));
    }
    if (repeats(key, process))
        co_return result<void>();
    take_due();
    e.at = wall();
    tally_.begin(key, process, e, time_.now());
    bool is_written = false;
    const at_end settle([&] { is_written ? tally_.wrote(key) : tally_.failed(key); });
    const auto done = co_await record(std::move(e));
    is_written = done.has_value();
    keep_closing_windows();
    co_return done;
}

recorder::awaitable<result<void>> recorder::record(audit_entry e)
{
    if (sink() == audit_sink::none && is_required())
        co_return fail(errc::denied, nowhere_to_write);
    e.at = wall();
    std::vector<audit_entry> all = std::exchange(pending_, {});
    all.push_back(std::move(e));
    co_return co_await write(std::move(all));
}

recorder::awaitable<result<void>> recorder::write(std::vector<audit_entry> entries)
{
    if (sink() == audit_sink::none)
        co_return result<void>();
    const auto done = co_await book_.write(std::move(entries), sink());
    if (!done) {
        if (failure_ != done.error().detail)
            log::warning("not on record: {}", done.error().detail);
        failure_ = done.error().detail;
        co_return std::unexpected(done.error());
    }
    failure_.reset();
    if (*done == ledger::room::full && !is_rotating_) {
        is_rotating_ = true;
        tasks_.spawn("audit rotation", rotate());
    }
    co_return result<void>();
}

recorder::awaitable<void> recorder::rotate()
{
    const at_end ended([this] { is_rotating_ = false; });
    const auto done = co_await book_.rotate(tally_.take_counts(), sink());
    if (!done)
        failure_ = done.error().detail;
}

// For the table's word: nobody's reply waits for it.
void recorder::note(audit_entry e)
{
    e.at = wall();
    pending_.push_back(std::move(e));
    tasks_.spawn("audit", write_pending());
}

recorder::awaitable<void> recorder::write_pending()
{
    std::vector<audit_entry> all = std::exchange(pending_, {});
    // Where it fails status says so.
    static_cast<void>(co_await write(std::move(all)));
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
        append(pending_, tally_.take_counts());
        if (!pending_.empty())
            tasks_.spawn("audit", write_pending());
    } else if (event == session_event::revoked) {
        append(pending_, tally_.take_counts());
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
    co_await write_pending();
}

// The counts and the logins whose time is over, to be written with what comes next.
void recorder::take_due()
{
    const boot_time now = time_.now();
    append(pending_, tally_.due(now));
    for (const auto& [id, one] : unclaimed_)
        if (now >= one.second)
            pending_.push_back(one.first);
    std::erase_if(unclaimed_, [&](const auto& one) { return now >= one.second.second; });
}

std::optional<boot_time> recorder::next_close() const
{
    std::optional<boot_time> next = tally_.next_close();
    for (const auto& [id, one] : unclaimed_)
        next = std::min(next.value_or(one.second), one.second);
    return next;
}

// One sleeper for all windows, and none while nobody asks for anything.
void recorder::keep_closing_windows()
{
    if (std::exchange(is_closing_windows_, true))
        return;
    tasks_.spawn("audit windows", close_windows());
}

recorder::awaitable<void> recorder::close_windows()
{
    const at_end ended([this] { is_closing_windows_ = false; });
    while (const auto next = next_close()) {
        co_await time_.sleep_until(*next);
        take_due();
        if (!pending_.empty())
            co_await write_pending();
    }
}

recorder::awaitable<result<audit_record>> recorder::read()
{
    append(pending_, tally_.take_counts());
    co_await write_pending();
    co_return co_await book_.read();
}

std::optional<std::string> recorder::keeps_back() const
{
    if (!is_required())
        return std::nullopt;
    return sink() == audit_sink::none ? nowhere_to_write : failure_;
}

std::optional<std::string> recorder::problem() const
{
    if (is_required() && sink() == audit_sink::none)
        return std::string("no credential is handed out: ") + nowhere_to_write;
    if (!failure_)
        return std::nullopt;
    const char* so = is_required() ? "no credential is handed out, as that cannot be recorded: "
                                   : "hand-outs are not recorded: ";
    return so + *failure_;
}

recorder::awaitable<result<void>> recorder::close()
{
    std::vector<audit_entry> last = std::exchange(pending_, {});
    append(last, tally_.take_counts());
    for (auto& [id, one] : std::exchange(unclaimed_, {}))
        last.push_back(one.first);
    co_return co_await book_.close(std::move(last), sink(), wall());
}

}  // namespace sgauth
