// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/session_text.hpp"

namespace sgauth::cli {

namespace {

int code_of(const proto::session_info& session) noexcept
{
    if (session.state == proto::state::expired)
        return static_cast<int>(proto::status::no_session);
    return 0;
}

int show(const proto::session_info& session, as form)
{
    if (form == as::json)
        return print(session_document(session), code_of(session));
    const int code = print(name_of(session) + state_note(session) + "\n", code_of(session));
    if (session.state == proto::state::expired)
        complain("the session has expired; run `sgauth login`");
    return code;
}

int run(const arguments& given)
{
    proto::get_user_call call;
    call.site = given.operand(0);
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::get_user_reply reply;
    client::call_failure why;
    if (daemon.call(call, reply, deadline_in(at_once), why))
        return show(reply.session, form_of(given));
    if (why.error.name == proto::error_name::expired && why.error.session)
        return show(*why.error.session, form_of(given));
    return report(why, form_of(given));
}

}  // namespace

constexpr command whoami_command = {
    "whoami",
    "who is logged in",
    R"(Usage: sgauth whoami [SITE] [--json]

Tells who the current user is, as `login @ site`, with the state where it is not valid: `(unverified)` if the site
could not be asked yet, `(expired: why)` if a login is needed. Never asks the site, never shows a secret.

  SITE      the site's address; left out: the default site
  --json    the session as one JSON object

Example:
  $ sgauth whoami
  jane @ https://studio.shotgrid.autodesk.com

Exit codes:
  0  valid, unverified or locked
  2  SITE is no address, or there are several sites and no default
  3  nobody is logged in, or the session has expired
  7  no daemon, or not yours
)",
    {option::json},
    1,
    run,
};

}  // namespace sgauth::cli
