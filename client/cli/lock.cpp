// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/passphrase.hpp"
#include "proto/codec.hpp"

namespace sgauth::cli {

namespace {

// A passphrase costs the daemon a second or two.
constexpr std::chrono::seconds with_derivation{30};

int run(const arguments& given)
{
    client::call_failure why;
    proto::lock_call call;
    if (given.has(option::passphrase) || given.has(option::passphrase_stdin)) {
        call.passphrase = read_passphrase(given, passphrase_kind::to_be_chosen, why);
        if (!call.passphrase)
            return report(why, as::text);
    }
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::lock_reply reply;
    if (!daemon.call(call, reply, deadline_in(with_derivation), why))
        return report(why, as::text);
    return print("locked\n");
}

}  // namespace

constexpr command lock_command = {
    "lock",
    "hand out no credential until unlocked",
    R"(Usage: sgauth lock [--passphrase | --passphrase-stdin]

Hands out no credential until `sgauth unlock`. The daemon forgets every credential, and the key that seals the stored
ones; `whoami`, `list` and `revoke` still work. Restarting the daemon does not unlock.

  --passphrase        ask for a passphrase, twice, without which nothing unlocks
  --passphrase-stdin  take it from the first line of standard input

Without one, any program of yours may unlock again. Three wrong passphrases are free, then each costs a pause that
doubles.

Example:
  $ sgauth lock --passphrase

Exit codes:
  0  locked
  1  failed; locked, but a restart may unlock
  6  nothing could unlock again without a passphrase; or it is locked already
  7  no daemon, or not yours
)",
    {option::passphrase, option::passphrase_stdin},
    0,
    run,
};

}  // namespace sgauth::cli
