// SPDX-License-Identifier: Apache-2.0
#include "src/session/revoker.hpp"

#include "src/base/deadline.hpp"
#include "src/base/log.hpp"
#include "src/base/random.hpp"
#include "src/session/session_record.hpp"

#include <memory>
#include <utility>

namespace sgauth {

namespace {

// Whether the site was not there to be told, as opposed to there and unwilling.
bool is_away(trouble kind)
{
    switch (kind) {
        case trouble::offline:
        case trouble::timed_out:
        case trouble::untrusted:
        case trouble::proxy:
        case trouble::throttled:
        case trouble::maintenance:
        case trouble::server_error:
            return true;
        default:
            return false;
    }
}

boost::asio::awaitable<result<void>> wait_for(notifier& done)
{
    co_await done.wait();
    co_return result<void>();
}

}  // namespace

// One session on its way out, shared by the task that logs it out and the caller who waits.
struct revoker::job {
    job(session s, const boost::asio::any_io_executor& executor) : held(std::move(s)), answered(executor) {}

    session held;
    revocation outcome;
    notifier answered;
    bool has_answer = false;
};

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

boost::asio::awaitable<result<std::vector<revocation>>> revoker::revoke(
    std::vector<std::string> ids, at_the_site what, std::chrono::steady_clock::duration limit
)
{
    std::vector<std::shared_ptr<job>> jobs;
    std::string undurable;
    for (const std::string& id : ids) {
        auto taken = table_.take(id);
        if (!taken)
            continue;
        auto work = std::make_shared<job>(std::move(*taken), executor_);
        const session& s = work->held;
        work->outcome = {s.id, s.site.text(), s.user, s.kind, site_word::not_tried, std::nullopt};
        // Until the site's side is done the record says that it is revoked; a crash now brings nothing back.
        const bool has_site_part = what == at_the_site::log_out && !s.token.empty();
        result<void> written;
        if (has_site_part)
            written = co_await store_.put(s.id, write_record(s, false, true));
        else
            written = co_await store_.erase(s.id);
        if (!written)
            undurable = written.error().detail;
        if (has_site_part)
            start(work);
        else
            work->has_answer = true;
        jobs.push_back(std::move(work));
    }

    const auto end = std::chrono::steady_clock::now() + limit;
    std::vector<revocation> outcomes;
    for (const auto& work : jobs) {
        const auto left = end - std::chrono::steady_clock::now();
        if (!work->has_answer && left > left.zero()) {
            // Out of time is no failure here: the outcome then says `unreachable`.
            [[maybe_unused]] const auto waited = co_await with_deadline(wait_for(work->answered), left);
        }
        if (!work->has_answer)
            work->outcome.word = site_word::unreachable;
        outcomes.push_back(work->outcome);
    }
    if (!undurable.empty())
        co_return fail(
            errc::failed, "the sessions are gone from memory, but may come back after a restart: " + undurable
        );
    co_return outcomes;
}

void revoker::start(std::shared_ptr<job> work)
{
    ++pending_;
    tasks_.spawn("log-out", log_out(std::move(work)));
}

void revoker::resume(session s)
{
    start(std::make_shared<job>(std::move(s), executor_));
}

void revoker::wipe_all()
{
    for (const session* s : table_.all())
        table_.take(s->id);
}

boost::asio::awaitable<void> revoker::log_out(std::shared_ptr<job> work)
{
    const session& s = work->held;
    const renewal_rules rules = keeper_.rules_for(s);
    // The site forgets the session by itself once its window is over, counted from the last time it can have
    // been used.
    const boot_time forgotten = time_.now() + rules.idle_window;
    work->outcome.accepted_until =
        time_.wall() + std::chrono::duration_cast<std::chrono::seconds>(forgotten - time_.now());
    for (int failures = 1;; ++failures) {
        std::optional<wall_time> until = work->outcome.accepted_until;
        work->outcome.word = co_await try_once(s, until);
        work->outcome.accepted_until = until;
        work->has_answer = true;
        work->answered.notify();
        if (work->outcome.word != site_word::unreachable || time_.now() >= forgotten)
            break;
        co_await time_.sleep_until(time_.now() + pause_after(failures, std::nullopt, random_jitter()));
    }
    const auto erased = co_await store_.erase(s.id);
    if (!erased)
        log::error("the record of a revoked session cannot be erased: {}", erased.error().detail);
    work->held.token.clear();
    --pending_;
}

boost::asio::awaitable<site_word> revoker::try_once(const session& s, std::optional<wall_time>& until)
{
    const auto told = co_await sites_.log_out(s.site, s.token);
    if (!told && is_away(told.error().kind))
        co_return site_word::unreachable;
    // Asked by the one call that does not prolong what it asks about.
    const auto life = co_await sites_.life(s.site, s.token);
    if (!life)
        co_return is_away(life.error().kind) ? site_word::unreachable : site_word::unconfirmed;
    switch (life->word) {
        case life_word::dead:
            until.reset();
            co_return site_word::confirmed;
        case life_word::alive:
            if (life->life)
                until = life->life->expires_at;
            // Expired and yet alive: a licence's clock, which says nothing about the session.
            co_return life->life && life->life->expired ? site_word::unconfirmed : site_word::still_accepted;
        case life_word::unknown:
            co_return site_word::unconfirmed;
    }
    co_return site_word::unconfirmed;
}

}  // namespace sgauth
