#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the source files of sealed_vault share, and nobody else includes.

#include "src/vault/sealed_vault.hpp"

#include <utility>

namespace sgauth {

// What somebody waits for.
struct sealed_vault::ticket {
    explicit ticket(const boost::asio::any_io_executor& executor) : changed(executor) {}

    void end(result<void> how)
    {
        outcome = std::move(how);
        changed.notify();
    }

    std::optional<result<void>> outcome;
    notifier changed;
};

struct sealed_vault::order {
    enum class verb { change, start, write, lock, unlock, wipe, move, reset };

    verb what = verb::change;
    store_change change;
    bool may_begin_anew = false;  // of put, where the key is gone for good
    std::optional<vault_passphrase> with;
    locker who = locker::person;
    std::uint64_t era = 0;  // of unlock and lock: in which it was asked for
    std::string place;
    std::shared_ptr<ticket> done;
};

}  // namespace sgauth
