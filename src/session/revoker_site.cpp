// SPDX-License-Identifier: Apache-2.0
//
// revoker: the site's part.
#include "src/base/log.hpp"
#include "src/base/random.hpp"
#include "src/session/revoker_parts.hpp"

#include <algorithm>

namespace sgauth {

using namespace std::chrono_literals;

boost::asio::awaitable<void> revoker::log_out(job_ptr work)
{
    // The window began when it was revoked, in whatever life of the daemon that was.
    const std::chrono::seconds window = keeper_.rules_for(work->held).idle_window;
    const std::chrono::seconds gone = std::clamp(time_.wall() - work->revoked, 0s, window);
    const boot_time forgotten = time_.now() + (window - gone);
    for (int failures = 1;; ++failures) {
        const told said = co_await try_once(work);
        if (work->is_wiped)
            co_return;  // its record goes with all the others
        work->outcome.word = said.word;
        work->outcome.accepted_until = said.until;
        const bool is_last = said.word != site_word::unreachable || time_.now() >= forgotten;
        if (is_last)
            work->held.token.clear();  // of no use any more, however long the disk takes to erase its record
        work->has_answer = true;
        work->changed.notify();
        if (is_last)
            break;
        co_await time_.sleep_until(time_.now() + pause_after(failures, said.retry_after, random_jitter()));
    }
    if (!work->has_record)
        co_return;
    if (const auto erased = co_await store_.erase(work->held.id); !erased)
        log::error("the record of a revoked session cannot be erased: {}", erased.error().detail);
}

boost::asio::awaitable<revoker::told> revoker::try_once(job_ptr work)
{
    const session& s = work->held;
    told said{site_word::unconfirmed, work->outcome.accepted_until, std::nullopt};
    const auto asked = co_await sites_.log_out(s.site, s.token);
    if (!asked && is_away(asked.error().kind)) {
        said.word = site_word::unreachable;
        said.retry_after = asked.error().retry_after;
        co_return said;
    }
    if (work->is_wiped)
        co_return said;
    // Asked by the one call that does not prolong what it asks about.
    const auto life = co_await sites_.life(s.site, s.token);
    if (!life) {
        const bool away = is_away(life.error().kind);
        said.word = away ? site_word::unreachable : site_word::unconfirmed;
        said.retry_after = life.error().retry_after;
        co_return said;
    }
    if (life->word == life_word::dead) {
        said.word = site_word::confirmed;
        said.until.reset();
    }
    if (life->word == life_word::alive) {
        // Expired and yet alive: a licence's clock, which says nothing about the session.
        const bool is_expired = life->life && life->life->expired;
        said.word = is_expired ? site_word::unconfirmed : site_word::still_accepted;
        if (life->life)
            said.until = life->life->expires_at;
    }
    co_return said;
}

boost::asio::awaitable<result<void>> revoker::wait_for_answer(job_ptr work)
{
    while (!work->has_answer)
        co_await work->changed.wait();
    co_return result<void>();
}

}  // namespace sgauth
