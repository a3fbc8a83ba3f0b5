#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Opens the vault by the passphrase of a person, wherever a login would be asked for.

#include "client/cli/options.hpp"
#include "client/lib/channel.hpp"

namespace sgauth::cli {

// Where `why` is a refusal because the vault waits for a passphrase, and a person is at the terminal: asks
// for it and opens the vault. True: ask the daemon again. False: `why` is what there is to say.
[[nodiscard]] bool open_vault(client::channel& daemon, const arguments& given, client::call_failure& why);

// After a login: where the sessions are to be sealed by a passphrase and none was chosen yet, has the person
// at the terminal choose it; without one, says how that is done. False: `why` says what went wrong; the login
// stands all the same.
[[nodiscard]] bool choose_passphrase(
    client::channel& daemon, const arguments& given, client::call_failure& why
);

}  // namespace sgauth::cli
