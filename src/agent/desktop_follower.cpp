// SPDX-License-Identifier: Apache-2.0
#include "src/agent/desktop_follower.hpp"

#include "src/base/deadline.hpp"
#include "src/base/log.hpp"

#include <chrono>
#include <utility>

namespace sgauth {

namespace {

// A disk and a keyring that are there answer within it. Longer than logind delays a sleep for (5 s).
constexpr std::chrono::seconds vault_limit{10};

constexpr const char* memory_alone =
    "the desktop's lock is not followed: the sessions are in memory alone, and nothing but a passphrase "
    "could unlock them again; run `sgauth vault keyring` or `sgauth vault secret-service`, or set "
    "lock.with_desktop = false";

}  // namespace

desktop_follower::desktop_follower(
    vault& store, desktop_signals& signals, const loaded& configuration, task_group& tasks
)
    : store_(store), signals_(signals), configuration_(configuration), tasks_(tasks)
{
}

void desktop_follower::obey_settings()
{
    if (std::exchange(wanted_, configuration_.values.lock.with_desktop) ==
        configuration_.values.lock.with_desktop)
        return;
    view_ = {};
    refusal_.clear();
    if (!wanted_) {
        log::info("the desktop's lock is not followed any more");
        listening_.cancel();
        tasks_.spawn("desktop's last unlock", unlock());
        return;
    }
    log::info("follows the desktop's lock");
    desktop_signals::obeyer each = [this](desktop_event what) { return obey(what); };
    listening_ = tasks_.spawn("desktop", signals_.listen(std::move(each)));
}

std::optional<std::string> desktop_follower::problem() const
{
    if (!wanted_)
        return std::nullopt;
    if (store_.account().locks_by_passphrase)
        return memory_alone;
    if (const auto unheard = signals_.problem())
        return "the desktop's lock cannot be followed: " + *unheard;
    if (!refusal_.empty())
        return "the desktop was locked, the sessions were not: " + refusal_;
    return std::nullopt;
}

// Until the vault has been opened at the start it is not known who locked it.
desktop_lock desktop_follower::lock_now() const
{
    const auto& locked = store_.locked();
    const bool may_be =
        locked && (locked->why == vault_lock::kind::by_desktop || locked->why == vault_lock::kind::opening);
    return may_be ? desktop_lock::is_on : desktop_lock::is_off;
}

boost::asio::awaitable<void> desktop_follower::obey(desktop_event what)
{
    switch (order_for(view_, what, lock_now())) {
        case desktop_order::none:
            break;
        case desktop_order::lock:
            co_await lock();
            break;
        case desktop_order::unlock:
            co_await unlock();
            break;
    }
}

boost::asio::awaitable<void> desktop_follower::lock()
{
    auto locking = store_.lock(std::nullopt, locker::desktop);
    const auto locked = co_await with_deadline(std::move(locking), vault_limit);
    refusal_ = locked || store_.locked() ? std::string() : locked.error().detail;
    if (!locked && store_.locked())
        log::warning("the desktop was locked: {}", locked.error().detail);
    else if (!locked)
        log::warning("the desktop was locked, the sessions were not: {}", refusal_);
}

boost::asio::awaitable<void> desktop_follower::unlock()
{
    auto opening = store_.unlock(std::nullopt, prompting::never, locker::desktop);
    const auto opened = co_await with_deadline(std::move(opening), vault_limit);
    if (!opened)
        log::info("the desktop was unlocked, the sessions stay locked: {}", opened.error().detail);
}

}  // namespace sgauth
