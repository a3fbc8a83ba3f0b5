#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Writes sessions down as the table has them at that moment, so that no older state comes after a newer one.
// By itself it writes an end, as a session that the site rejected must not come back after a restart.

#include "src/base/task_group.hpp"
#include "src/session/session_table.hpp"
#include "src/vault/vault.hpp"

#include <cstdint>
#include <string>

namespace sgauth {

class session_saver {
public:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    // All outlive the saver and every task of `tasks`.
    session_saver(session_table& table, vault& store, task_group& tasks);
    session_saver(const session_saver&) = delete;
    session_saver& operator=(const session_saver&) = delete;

    // Durable on return; then what the session left behind is erased too. One that is gone is not written.
    // errc::failed as the vault has it.
    awaitable<result<void>> save(std::string id);
    // Writes a token that the site has just made of a confined script's key, before the table has it and
    // anybody gets it: what is handed out can be ended, whatever restarts come between. Nothing where
    // `before` is not the session's generation any more.
    awaitable<result<void>> save_minted(
        std::string id, std::int64_t before, std::int64_t generation, const session_token& token
    );
    // The table's choice of a default site.
    awaitable<result<void>> save_choice();

private:
    awaitable<void> save_later(std::string id);

    session_table& table_;
    vault& store_;
    task_group& tasks_;
};

}  // namespace sgauth
