#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The errands at the Secret Service, one function each. They block.

#include "src/base/glib_owners.hpp"
#include "src/vault/keyring_helper/exit_codes.hpp"

#include <libsecret/secret.h>
#include <set>
#include <string>
#include <string_view>

namespace sgauth::keyring_helper {

struct unref_secret {
    void operator()(SecretValue* value) const noexcept { secret_value_unref(value); }
};
using held_secret = held<SecretValue, unref_secret>;

// How an errand ended: one of the exit codes, and what the bus or the keyring says of it.
struct errand_end {
    int code = done;
    std::string said;
};

struct found_key {
    errand_end end;
    held_secret key;  // 32 bytes, where the end is `done`
};

held<SecretService> open_service(glib_error& why);

// Whether a new key could be kept.
errand_end probe(SecretService* service);
// The same, but has the keyring ask the person to open it where it is locked. `unanswered` after that many
// seconds, and the dialog is taken away.
errand_end unlock(SecretService* service, unsigned seconds);
// Keeps the key that is on standard input.
errand_end store(SecretService* service, const char* tag, const char* id);
// `no_such_key` only where the keyring said so: an answer that failed, or a keyring that is locked, says
// nothing about what is in it.
found_key fetch(SecretService* service, const char* tag, const char* id, bool may_ask);
// Removes the store's other keys. `done` only where the keyring has told all that it has, and none of them is
// left. Asks nobody.
errand_end keep_only(SecretService* service, const char* tag, const std::set<std::string, std::less<>>& ids);

// Returns when fetch() would say something else than that the key is out of reach.
void wait_for_key(const char* tag, const char* id);

}  // namespace sgauth::keyring_helper
