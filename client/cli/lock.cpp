// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/passphrase.hpp"
#include "proto/codec.hpp"

namespace sgauth::cli {

namespace {

// A passphrase costs the daemon a second or two, and a keyring's dialog waits for a person.
constexpr std::chrono::seconds with_derivation{30};
constexpr std::chrono::minutes with_person{4};

int run_lock(const arguments& given)
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

int run_unlock(const arguments& given)
{
    client::call_failure why;
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::status_reply status;
    if (!daemon.call(proto::status_call{}, status, deadline_in(at_once), why))
        return report(why, as::text);
    proto::unlock_call call;
    if (status.passphrase) {
        const auto kind =
            *status.passphrase == "new" ? passphrase_kind::to_be_chosen : passphrase_kind::known;
        call.passphrase = read_passphrase(given, kind, why);
        if (!call.passphrase)
            return report(why, as::text);
    } else if (!status.locked) {
        return print("nothing is locked\n");
    } else {
        call.prompt = true;
    }
    call.timeout_ms = timeout_ms(with_person);
    proto::lock_reply reply;
    if (!daemon.call(call, reply, deadline_in(with_person), why))
        return report(why, as::text);
    return print("unlocked\n");
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
    run_lock,
};

constexpr command unlock_command = {
    "unlock",
    "end what `sgauth lock` began, or open the stored sessions",
    R"(Usage: sgauth unlock [--passphrase-stdin]

Lets credentials be handed out again after `sgauth lock`; opens the stored sessions where they wait for a keyring or a
passphrase. Asks for the passphrase on the terminal if one is needed; a keyring may ask by a window of its own. Each
session is checked with its site before it is handed out as valid.

  --passphrase-stdin  take the passphrase from the first line of standard input

Example:
  $ sgauth unlock

Exit codes:
  0  unlocked, or nothing was locked
  6  not: wrong passphrase, too soon after one, or the keyring stays locked
  7  no daemon, or not yours
)",
    {option::passphrase_stdin},
    0,
    run_unlock,
};

}  // namespace sgauth::cli
