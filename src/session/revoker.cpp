// SPDX-License-Identifier: Apache-2.0
#include "src/session/revoker.hpp"

#include "src/base/at_end.hpp"
#include "src/base/deadline.hpp"
#include "src/session/confined_script.hpp"
#include "src/session/revoker_parts.hpp"
#include "src/session/session_record.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

revoker::revoker(
    session_table& table,
    vault& store,
    site_client& sites,
    keeper& keeping,
    time_source& time,
    task_group& tasks,
    boost::asio::any_io_executor executor
)
    : table_(table),
      store_(store),
      sites_(sites),
      keeper_(keeping),
      time_(time),
      tasks_(tasks),
      executor_(std::move(executor))
{
}

// --- calls ---

boost::asio::awaitable<result<std::vector<revocation>>> revoker::revoke(
    std::vector<std::string> ids, at_the_site what, std::chrono::steady_clock::duration limit
)
{
    // All first: whoever asks from here on gets none of them, however slow the disk is. Then in tasks: a
    // caller who hangs up leaves nothing half done.
    std::vector<job_ptr> jobs;
    for (const std::string& id : ids)
        if (auto taken = table_.take(id))
            jobs.push_back(add(std::move(*taken), what, time_.wall()));
    for (const job_ptr& work : jobs)
        start(work);
    const task_group::handle clock = tasks_.spawn("revoke's limit", end_wait(jobs));
    const at_end stop([&clock] { clock.cancel(); });
    for (const job_ptr& work : jobs)
        while (!work->is_durable && !work->is_late)
            co_await work->changed.wait();

    const auto end = std::chrono::steady_clock::now() + limit;
    std::vector<revocation> outcomes;
    std::string undurable;
    for (const job_ptr& work : jobs) {
        const auto left = end - std::chrono::steady_clock::now();
        if (work->is_durable && !work->has_answer && left > left.zero()) {
            // Out of time is no failure here: the outcome says `unreachable` until there is an answer.
            [[maybe_unused]] const auto waited = co_await with_deadline(wait_for_answer(work), left);
        }
        outcomes.push_back(work->outcome);
        if (!work->is_durable)
            undurable = "the disk does not answer; it is written as soon as it does";
        if (!work->undurable.empty())
            undurable = work->undurable;
    }
    if (!undurable.empty())
        co_return fail(
            errc::failed, "the sessions are gone from memory, but may come back after a restart: " + undurable
        );
    co_return outcomes;
}

boost::asio::awaitable<void> revoker::end_wait(std::vector<job_ptr> jobs)
{
    co_await time_.sleep_until(time_.now() + durable_within);
    for (const job_ptr& work : jobs) {
        work->is_late = true;
        work->changed.notify();
    }
}

void revoker::resume(session s, std::optional<wall_time> marked)
{
    const wall_time now = time_.wall();
    const bool holds = marked && *marked <= now;
    const job_ptr work = add(std::move(s), at_the_site::log_out, holds ? *marked : now);
    // Without a part for the site it is its record's turn to go.
    work->is_durable = work->has_site_part && holds;
    start(work);
}

void revoker::forget(session s)
{
    start(add(std::move(s), at_the_site::leave_alone, time_.wall()));
}

void revoker::retire(session s)
{
    const job_ptr work = add(std::move(s), at_the_site::log_out, time_.wall());
    work->is_durable = true;
    work->has_record = false;
    start(work);
}

void revoker::wipe_all()
{
    table_.wipe();
    for (const job_ptr& work : jobs_)
        work->what = at_the_site::leave_alone;  // now or later
    give_up(site_word::unconfirmed);
}

void revoker::lock()
{
    give_up(site_word::unreachable);
}

bool revoker::is_at_work_on(std::string_view id) const
{
    return std::ranges::any_of(jobs_, [&](const job_ptr& j) {
        return j->has_record && (!j->is_wiped || !j->is_durable) && j->held.id == id;
    });
}

void revoker::give_up(site_word word)
{
    const std::list<job_ptr> all = jobs_;  // cancelling one may take it out
    for (const job_ptr& work : all) {
        work->is_wiped = true;
        work->held.token.clear();
        work->held.key.clear();
        if (!work->has_answer && work->has_site_part)
            work->outcome.word = word;
        work->has_answer = true;
        if (work->is_durable)
            work->task.cancel();
        work->changed.notify();
    }
}

std::size_t revoker::pending() const
{
    return static_cast<std::size_t>(std::ranges::count_if(jobs_, [](const job_ptr& work) {
        return work->has_site_part;
    }));
}

// --- the end of one session ---

revoker::job_ptr revoker::add(session s, at_the_site what, wall_time revoked)
{
    const auto work = std::make_shared<job>(std::move(s), executor_);
    work->what = what;
    work->revoked = revoked;
    session& held = work->held;
    held.key.clear();  // of no use for logging out
    work->has_site_part = what == at_the_site::log_out && !held.token.empty();
    // One that is sealed is logged out when the vault is open again.
    const bool may_have_token = gives_token(held) && held.is_sealed;
    const bool waits = may_have_token && what == at_the_site::log_out;
    const site_word first = work->has_site_part || waits ? site_word::unreachable : site_word::not_tried;
    work->outcome = {held.id, held.site.text(), held.user, held.kind, first, std::nullopt};
    // The site forgets a session once its window is over, counted from its last use: by now at the latest.
    const bool has_life = held.kind == session_kind::human || !held.token.empty() || may_have_token;
    if (has_life && held.past.end != end_reason::site)
        work->outcome.accepted_until = revoked + keeper_.rules_for(held).idle_window;
    jobs_.push_back(work);
    return work;
}

void revoker::start(const job_ptr& work)
{
    work->task = tasks_.spawn("log-out", end(work));
}

boost::asio::awaitable<void> revoker::end(job_ptr work)
{
    const at_end leave([this, &work] {
        if (!work->is_durable)
            work->undurable = "it was interrupted";
        work->is_durable = work->has_answer = true;
        work->held.token.clear();
        jobs_.remove(work);
        work->changed.notify();
    });
    if (!work->is_durable)
        co_await make_durable(work);
    if (work->has_site_part && !work->is_wiped)
        co_await log_out(work);
}

// What the vault is to remember of one that it cannot let go yet: whether its site is still to be told.
afterwards revoker::owed_for(const job& work)
{
    return work.what == at_the_site::log_out ? afterwards::is_owed : afterwards::nothing;
}

boost::asio::awaitable<void> revoker::make_durable(job_ptr work)
{
    const session& s = work->held;
    constexpr auto useless = older_copies::are_made_useless;
    result<void> written = fail(errc::denied, {});
    // Until the site's side is done the record says that it is revoked; a crash now brings nothing back. A
    // vault that was locked meanwhile notes that it is to go.
    if (work->has_site_part && !work->is_wiped) {
        vault_record record = write_record(s, false, work->revoked);
        written = co_await store_.put(s.id, std::move(record), useless);
    }
    if (!written && written.error().code == errc::denied)
        written = co_await store_.erase(s.id, useless, owed_for(*work));
    for (const std::string& id : s.leftovers) {
        const auto erased = co_await store_.erase(id, useless, owed_for(*work));
        if (!erased)
            written = erased;
    }
    if (!written)
        work->undurable = written.error().detail;
    work->is_durable = true;
    work->has_answer = work->has_answer || !work->has_site_part;
    work->changed.notify();
}

}  // namespace sgauth
