// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/policy_confirm.hpp"
#include "client/cli/policy_text.hpp"
#include "proto/utf8.hpp"

#include <charconv>

namespace sgauth::cli {

namespace {

bool read_pid(const std::string& word, std::int64_t& out) noexcept
{
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, out);
    return read.ec == std::errc() && read.ptr == end && out > 0;
}

bool is_form(std::string_view word) noexcept
{
    namespace form = proto::form;
    return word == form::session_token || word == form::script_key || word == form::bearer;
}

int misuse(const arguments& given, std::string what)
{
    what += "; try `sgauth policy --help`";
    return report(failure(proto::status::usage, usage_error, std::move(what)), form_of(given));
}

int show_document(client::channel& daemon, const proto::test_policy_call& call)
{
    std::string message;
    client::call_failure why;
    // As the daemon says it, so that what a newer one adds is there too.
    if (!daemon.call_raw(
            proto::test_policy_call::method, policy_parameters(call), message, deadline_in(at_once), why
        ))
        return report(why, as::json);
    return print(message += '\n');
}

int test(const arguments& given)
{
    proto::test_policy_call call;
    if (!given.operand(1))
        return misuse(given, "say which process: `sgauth policy test PID`");
    if (!read_pid(*given.operand(1), call.pid))
        return misuse(given, "not a pid: " + proto::printable(*given.operand(1), 60));
    call.site = given.operand(2);
    call.user = given.value(option::user);
    call.form = given.value(option::form);
    if (call.form && !is_form(*call.form))
        return misuse(given, "--form is session_token, script_key or bearer");
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    if (given.has(option::json))
        return show_document(daemon, call);
    proto::test_policy_reply reply;
    client::call_failure why;
    if (!daemon.call(call, reply, deadline_in(at_once), why))
        return report(why, as::text);
    return print(policy_page(call.pid, reply));
}

int run(const arguments& given)
{
    const auto what = given.operand(0);
    if (what && *what == "test")
        return test(given);
    if (what && *what == "confirm")
        return given.options.empty() && !given.operand(1)
                   ? confirm_questions()
                   : misuse(given, "`sgauth policy confirm` takes nothing more");
    return misuse(
        given,
        what ? "unknown word " + proto::printable(*what, 60)
             : "say what: `sgauth policy test PID` or `sgauth policy confirm`"
    );
}

}  // namespace

constexpr command policy_command = {
    "policy",
    "who may have what: what the rules say of a process, and why; confirm",
    R"(Usage: sgauth policy test PID [SITE] [--user U] [--form F] [--json]
       sgauth policy confirm

`confirm` waits, in a terminal, for programs whose credential a rule wants confirmed, shows each and asks whether to
hand it out: y and Enter does, anything else does not. Keys that are typed within half a second of a question count
for nothing. A yes is remembered for the program (an interpreter: that process), its unit, the session and the form,
until something is locked. Interrupt it to end.

`test` tells what would happen if the process PID asked for a credential, by which rule of the settings, and what the
rules go by: its executable, its systemd unit, its cgroup, and whether it is in another mount or user namespace than
the daemon. Hands nothing out and asks nobody. The rules are [[policy.rule]] in the settings; the README has them.

  PID        the process that would ask; $$ is this shell
  SITE       the site's address; left out: the default site
  --user U   the login, or the script's name; left out: the site's default user
  --form F   session_token, script_key or bearer; left out: what the session has
  --json     one JSON object: action, rule, reason, executable, unit, cgroup, foreign_namespace, known, ...

Executable rules sort out honest programs and do not stop a hostile process of the same uid, which can connect, hand
the socket to a child and exec an allowed program.

Example:
  $ sgauth policy test $$
  the session_token of jane @ https://studio.shotgrid.autodesk.com: denied
    why         a rule denies it (/etc/sgauth/enforced.toml:3)

  $ sgauth policy confirm
  /opt/tool/bin/tool (pid 4711, tool.service) wants the session_token of jane @ https://studio.shotgrid.autodesk.com
    a rule wants it confirmed (/etc/sgauth/enforced.toml:3)
  Hand it out? [y/N]

Exit codes:
  0  told, whatever the rules say; confirm: interrupted
  1  there is no such process; confirm: there is no terminal
  2  SITE is no address, or there are several sites and no default; PID or F is none
  7  no daemon, or not yours
)",
    {option::json, option::user, option::form},
    3,
    run,
};

}  // namespace sgauth::cli
