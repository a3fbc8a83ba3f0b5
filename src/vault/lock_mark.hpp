#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Who has locked the vault, in a file beside the store: what a lock has to leave on the disk can be written
// without the vault's key, also where that is out of reach. Nobody vouches for it: who forges it can do no
// more than lock, and who deletes it, or unlocks, is a process of the same user, which may unlock anyway. A
// lock by a passphrase does not hang on it: that is in the store's seal (store_lock). Pure.

#include "src/vault/vault.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sgauth {

struct lock_mark {
    locker by = locker::person;
    std::string boot;  // by the desktop: in which boot, empty where that is not known

    bool operator==(const lock_mark&) const = default;
};

std::string text_of(const lock_mark& mark);
// What is not understood is a person's: it locks, and a person opens it.
lock_mark read_lock_mark(std::string_view text);

inline constexpr std::size_t max_lock_mark_bytes = 256;

}  // namespace sgauth
