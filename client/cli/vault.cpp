// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/passphrase.hpp"
#include "proto/codec.hpp"
#include "proto/utf8.hpp"

namespace sgauth::cli {

namespace {

// A derivation, a keyring, a disk: seconds each.
constexpr std::chrono::seconds with_everything{60};

std::string misuse_of(const arguments& given)
{
    const auto place = given.operand(0);
    const bool is_change = place || given.has(option::rekey);
    if (given.has(option::reset) && is_change)
        return "--reset goes alone";
    if (given.has(option::rekey) && place)
        return "--rekey is for the place where the key is now";
    if (given.has(option::passphrase_stdin) && !is_change)
        return "--passphrase-stdin goes with `sgauth vault passphrase` or --rekey";
    return {};
}

int show(const proto::status_reply& status)
{
    std::string text = proto::printable(status.storage) + "\n";
    if (status.key_place_why && !status.key_place_why->empty())
        text += "why there: " + proto::printable(*status.key_place_why) + "\n";
    if (status.lock_reason)
        text += "locked: " + proto::printable(*status.lock_reason) + "\n";
    return print(text);
}

int change(client::channel& daemon, const arguments& given, const proto::status_reply& status)
{
    client::call_failure why;
    proto::change_vault_call call;
    call.place = given.operand(0);
    if (given.has(option::reset))
        call.reset = true;
    const bool to_passphrase = call.place ? *call.place == "passphrase" : status.key_place == "passphrase";
    if (to_passphrase && !call.reset) {
        call.passphrase = read_passphrase(given, passphrase_kind::to_be_chosen, why);
        if (!call.passphrase)
            return report(why, as::text);
    }
    proto::lock_reply reply;
    if (!daemon.call(call, reply, deadline_in(with_everything), why))
        return report(why, as::text);
    if (call.reset)
        return print("a new store was begun, and the old file, if there was one, set aside; log in again\n");
    return print(
        call.place ? "the key is now in: " + proto::printable(*call.place, 40) + "\n"
                   : "a new key is in use\n"
    );
}

int run(const arguments& given)
{
    if (const std::string wrong = misuse_of(given); !wrong.empty())
        return report(
            failure(proto::status::usage, usage_error, wrong + "; try `sgauth vault --help`"), as::text
        );
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::status_reply status;
    client::call_failure why;
    if (!daemon.call(proto::status_call{}, status, deadline_in(at_once), why))
        return report(why, as::text);
    const bool is_change = given.operand(0) || given.has(option::rekey) || given.has(option::reset);
    return is_change ? change(daemon, given, status) : show(status);
}

}  // namespace

constexpr command vault_command = {
    "vault",
    "how sessions are stored; move or renew the key that seals them",
    R"(Usage: sgauth vault
       sgauth vault PLACE [--passphrase-stdin]
       sgauth vault --rekey | --reset

Tells where the stored sessions are, where the key is that seals them, why it is there, and how long that lasts. With
PLACE the key goes there, and the sessions are sealed anew:

  secret-service      the desktop's keyring (gnome-keyring)
  keyring             the kernel's keyring of your account; ends with a reboot
  passphrase          one that you choose and type after each start of the daemon
  credential          the systemd credential `sgauth.vault-key` of the daemon's unit
  memory              nothing is stored: sessions end with the daemon
  --rekey             a new key in the same place; a systemd credential is changed where it comes from
  --reset             set a store aside that cannot be opened any more, and begin a new one
  --passphrase-stdin  take the new passphrase from the first line of standard input

Example:
  $ sgauth vault passphrase

Exit codes:
  0  told, or done
  1  that place cannot keep a key; the store is as it was
  2  no such place
  6  locked: `sgauth unlock` first
  7  no daemon, or not yours
)",
    {option::rekey, option::reset, option::passphrase_stdin},
    1,
    run,
};

}  // namespace sgauth::cli
