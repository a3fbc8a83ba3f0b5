// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/table.hpp"
#include "client/cli/time_text.hpp"
#include "proto/codec.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

#include <unistd.h>

namespace sgauth::cli {

namespace {

std::string document_of(const std::vector<proto::session_info>& sessions)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_array();
    for (const proto::session_info& s : sessions)
        proto::write(json, s);
    json.end_array();
    return text += '\n';
}

std::string table_of(const std::vector<proto::session_info>& sessions, std::int64_t now, bool colour)
{
    table t({"DEFAULT", "USER", "SITE", "KIND", "STATE", "VERIFIED", "EXPIRES"});
    for (const proto::session_info& s : sessions)
        t.add(
            {s.is_default ? "*" : "",
             proto::printable(s.user),
             proto::printable(s.site),
             proto::printable(s.kind, 20),
             proto::printable(s.state, 20),
             s.verified_at ? ago_text(*s.verified_at, now) : "never",
             s.state == proto::state::expired ? "-"
             : s.expires_at                   ? until_text(*s.expires_at, now)
                                              : "never"}
        );
    return t.text(colour);
}

int run(const arguments& given)
{
    const as form = form_of(given);
    client::target whom;
    client::call_failure why;
    if (!find_daemon(given, client::autostart::no, whom, why))
        return report(why, given);
    client::channel daemon(std::move(whom));
    proto::list_reply reply;
    if (!daemon.call(proto::list_call{}, reply, deadline_in(at_once), why))
        return report(why, given);
    if (form == as::json)
        return print(document_of(reply.sessions));
    if (!reply.sessions.empty())
        return print(table_of(reply.sessions, wall_now(), wants_colour(STDOUT_FILENO)));
    complain(given.has(option::for_user) ? "nobody is logged in" : "nobody is logged in; run `sgauth login`");
    return 0;
}

}  // namespace

constexpr command list_command = {
    "list",
    "all sessions",
    R"(Usage: sgauth list [--json]

Lists all sessions: whether it is its site's default user, who and where, a person or a script, its state, when the
site last accepted it, and when it ends if nobody uses it. Never asks the site, never starts the daemon.

  --json           an array of sessions
  --for-user NAME  as root: those of another user of this machine

Example:
  $ sgauth list
  DEFAULT  USER  SITE                                    KIND   STATE  VERIFIED   EXPIRES
  *        jane  https://studio.shotgrid.autodesk.com    human  valid  2 min ago  in 23 h

States:
  valid       the site accepted it and it has not been idle for too long
  unverified  cannot tell now: offline, just resumed, idle for long; checked when next used
  expired     a login is needed
  locked      not to be used until unlocked

Exit codes:
  0  listed, also when there are none
  6  --for-user without being root
  7  no daemon, or not yours
)",
    {option::json, option::for_user},
    0,
    run,
};

}  // namespace sgauth::cli
