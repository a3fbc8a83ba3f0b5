// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/conversation.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/terminal.hpp"
#include "client/cli/unlock.hpp"

namespace sgauth::cli {

namespace {

std::string misuse_of(const arguments& given)
{
    const bool script = given.has(option::script);
    for (const option o : {option::key_stdin, option::share_key})
        if (given.has(o) && !script)
            return spelling(o) + " goes with --script NAME";
    for (const option o : {option::user, option::method, option::password_stdin, option::code_stdin})
        if (script && given.has(o))
            return "--script and " + spelling(o) + " exclude each other";
    const auto method = given.value(option::method);
    if (method && *method != "password" && *method != "browser")
        return "--method is password or browser";
    return {};
}

proto::begin_login_call make_call(const arguments& given)
{
    proto::begin_login_call call;
    call.site = given.operand(0);
    call.user = given.value(option::user);
    call.login_method = given.value(option::method);
    call.script = given.value(option::script);
    if (given.has(option::make_default))
        call.make_default = true;
    if (given.has(option::share_key))
        call.share_key = true;
    // Whoever hands over a password or a key wants it used.
    if (given.has(option::again) || given.has(option::password_stdin) || given.has(option::key_stdin))
        call.again = true;
    // A person at the terminal; who hands answers over may be a program.
    const bool is_handed_over =
        given.has(option::password_stdin) || given.has(option::code_stdin) || given.has(option::key_stdin);
    if (!is_handed_over && terminal().is_open())
        call.prompt = true;
    return call;
}

int run(const arguments& given)
{
    if (const std::string wrong = misuse_of(given); !wrong.empty())
        return report(
            failure(proto::status::usage, usage_error, wrong + "; try `sgauth login --help`"), as::text
        );
    if (given.value(option::method) == "browser")
        return report(not_available("logging in with a browser is"), as::text);
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    conversation login(
        daemon,
        {given.has(option::password_stdin), given.has(option::code_stdin), given.has(option::key_stdin)}
    );
    proto::session_info session;
    client::call_failure why;
    if (!login.run(make_call(given), session, why) &&
        !(open_vault(daemon, given, why) && login.run(make_call(given), session, why)))
        return report(why, as::text);
    const int told = print(
        (login.was_there_already() ? "already logged in as " : "logged in as ") + name_of(session) + "\n"
    );
    return choose_passphrase(daemon, given, why) ? told : report(why, as::text);
}

}  // namespace

constexpr command login_command = {
    "login",
    "log a person or a script in to a site",
    R"(Usage: sgauth login [SITE] [--user LOGIN] [--method password|browser] [--password-stdin] [--code-stdin]
                    [--default] [--again]
       sgauth login [SITE] --script NAME --key-stdin [--share-key]

Logs a person in, asking on the terminal for what it needs; or a script, with its key. If a usable session is there
it says so and keeps it. Where a passphrase seals the stored sessions, asks for that too; at the first login the
desktop's keyring may ask for its own by a window, unless an answer comes from stdin. No password, code or key is ever
taken from the command line.

  SITE              the site's address; left out: the default site, else it asks
  --user LOGIN      who logs in
  --method METHOD   password; browser is not available in this version
  --password-stdin  the password is stdin's first line
  --code-stdin      the code of the second factor is stdin's next line
  --default         make this user the site's default and this site the default site
  --again           log in anew although a usable session is there
  --script NAME     log the API script of this name in
  --key-stdin       the script's key is stdin's first line
  --share-key       hand the key out to programs that ask for it. Without this they get a session token that the
                    daemon makes of the key, and the key never leaves the daemon

Examples:
  $ sgauth login https://studio.shotgrid.autodesk.com
  $ sgauth login --script publisher --key-stdin < key-file

Exit codes:
  0  logged in, or was already
  1  failed, or not available; there is no terminal to ask on
  2  called wrongly, or SITE is no address
  4  the site refused the password, code or key
  5  the site cannot be reached or trusted, or out of time
  6  denied: a policy, too many wrong passwords, bad settings
  7  no daemon, or not yours
  130  cancelled: Ctrl-C, or nothing was answered
)",
    {option::user,
     option::method,
     option::password_stdin,
     option::code_stdin,
     option::make_default,
     option::again,
     option::script,
     option::key_stdin,
     option::share_key},
    1,
    run,
};

}  // namespace sgauth::cli
