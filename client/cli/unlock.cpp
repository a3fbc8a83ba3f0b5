// SPDX-License-Identifier: Apache-2.0
#include "client/cli/unlock.hpp"

#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/passphrase.hpp"
#include "client/cli/terminal.hpp"
#include "proto/codec.hpp"

namespace sgauth::cli {

namespace {

// A passphrase costs the daemon a second or two, and a keyring's dialog waits for a person.
constexpr std::chrono::minutes with_keyring{4};
// Status.passphrase, of which there may be words to come.
constexpr std::string_view to_choose = "new";

bool unlock(client::channel& daemon, proto::unlock_call call, client::call_failure& why)
{
    call.timeout_ms = timeout_ms(with_keyring);
    proto::lock_reply reply;
    return daemon.call(call, reply, deadline_in(with_keyring), why);
}

bool unlock_by_passphrase(
    client::channel& daemon, const arguments& given, passphrase_kind kind, client::call_failure& why
)
{
    proto::unlock_call call;
    call.passphrase = read_passphrase(given, kind, why);
    return call.passphrase && unlock(daemon, std::move(call), why);
}

passphrase_kind kind_of(const proto::status_reply& status)
{
    return *status.passphrase == to_choose ? passphrase_kind::to_be_chosen : passphrase_kind::known;
}

int run(const arguments& given)
{
    client::call_failure why;
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::status_reply status;
    if (!daemon.call(proto::status_call{}, status, deadline_in(at_once), why))
        return report(why, as::text);
    if (!status.passphrase && !status.locked)
        return print("nothing is locked\n");
    proto::unlock_call by_keyring;
    by_keyring.prompt = true;
    const bool is_open = status.passphrase ? unlock_by_passphrase(daemon, given, kind_of(status), why)
                                           : unlock(daemon, std::move(by_keyring), why);
    return is_open ? print("unlocked\n") : report(why, as::text);
}

}  // namespace

bool open_vault(client::channel& daemon, const arguments& given, client::call_failure& why)
{
    terminal person;
    if (why.status != proto::status::denied || !person.is_open())
        return false;
    proto::status_reply status;
    client::call_failure unknown;  // the refusal stands then
    if (!daemon.call(proto::status_call{}, status, deadline_in(at_once), unknown))
        return false;
    if (!status.locked || !status.passphrase)
        return false;
    person.say("the stored sessions wait for their passphrase");
    return unlock_by_passphrase(daemon, given, kind_of(status), why);
}

bool choose_passphrase(client::channel& daemon, const arguments& given, client::call_failure& why)
{
    proto::status_reply status;
    client::call_failure unknown;  // the login stands, and `sgauth status` says what it said
    if (!daemon.call(proto::status_call{}, status, deadline_in(at_once), unknown))
        return true;
    if (!status.passphrase || kind_of(status) != passphrase_kind::to_be_chosen)
        return true;
    terminal person;
    if (!person.is_open()) {
        complain("kept in memory alone until a passphrase seals it: run `sgauth unlock`");
        return true;
    }
    person.say("choose a passphrase: it seals the sessions that are stored on this machine");
    return unlock_by_passphrase(daemon, given, passphrase_kind::to_be_chosen, why);
}

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
    run,
};

}  // namespace sgauth::cli
