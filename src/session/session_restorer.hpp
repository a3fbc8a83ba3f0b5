#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Brings the sessions back that the vault has: their names while it is locked, their credentials once it is
// open. What a crash has left in two records is one session again, and what was revoked is logged out.

#include "src/base/clock.hpp"
#include "src/base/task_group.hpp"
#include "src/session/revoker.hpp"
#include "src/session/session_saver.hpp"
#include "src/session/session_table.hpp"
#include "src/vault/vault.hpp"

namespace sgauth {

struct session_record;

class session_restorer {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    // All outlive the restorer and every task of `tasks`.
    session_restorer(
        session_table& table,
        vault& store,
        session_saver& saving,
        revoker& revoking,
        time_source& time,
        task_group& tasks
    );

    // Shows what is stored, without credentials, as long as the vault is locked.
    void show_locked();
    // Brings everything back that the vault gives and the table has not. errc::denied: it is locked.
    awaitable<result<void>> restore();

private:
    void forget_lost();
    void bring_back(session_record record, std::optional<afterwards> taken_away);
    void take_in(session s, bool is_default);

    session_table& table_;
    vault& store_;
    session_saver& saving_;
    revoker& revoker_;
    time_source& time_;
    task_group& tasks_;
};

}  // namespace sgauth
