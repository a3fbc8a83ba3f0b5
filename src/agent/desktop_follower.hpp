#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Locks and unlocks the vault with the desktop, where lock.with_desktop says so. What a person locks stays
// locked. What has to follow from a lock is vault_follower's.

#include "src/agent/desktop_signals.hpp"
#include "src/base/task_group.hpp"
#include "src/settings/settings_loader.hpp"
#include "src/vault/vault.hpp"

#include <optional>
#include <string>

namespace sgauth {

class desktop_follower {
public:
    // All outlive it and every task of `tasks`; it outlives those tasks.
    desktop_follower(vault& store, desktop_signals& signals, const loaded& configuration, task_group& tasks);

    // Begins to follow, or ends it, as the settings say now. Called at the start and after each reload. Where
    // it ends, what the desktop has locked is unlocked: its word would not come any more.
    void obey_settings();
    bool follows() const { return wanted_; }
    // Why the desktop is not followed though the settings want it, as a sentence with what to do.
    std::optional<std::string> problem() const;

private:
    boost::asio::awaitable<void> obey(desktop_event what);
    boost::asio::awaitable<void> lock();
    boost::asio::awaitable<void> unlock();
    desktop_lock lock_now() const;

    vault& store_;
    desktop_signals& signals_;
    const loaded& configuration_;
    task_group& tasks_;
    task_group::handle listening_;
    bool wanted_ = false;
    desktop_view view_;
    std::string refusal_;  // of the last lock; empty: there was none
};

}  // namespace sgauth
