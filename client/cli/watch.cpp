// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "proto/codec.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

#include <csignal>
#include <unistd.h>

namespace sgauth::cli {

namespace {

// Lines are written whole, by one write each, so there is nothing to finish.
void end_well(int)
{
    ::_exit(0);
}

// What was revoked has no state any more, though its last one is told.
std::string line_of(const proto::watch_reply& event)
{
    std::string line = proto::printable(event.event, 40);
    if (event.session)
        line += " " + name_of(*event.session);
    if (event.session && event.event != proto::event::revoked)
        line += " " + proto::printable(event.session->state, 40);
    return line += '\n';
}

std::string document_of(const proto::watch_reply& event)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_object().member("event", event.event).key("session");
    if (event.session)
        proto::write(json, *event.session);
    else
        json.null();
    json.end_object();
    return text += '\n';
}

int follow(client::channel& daemon, as form, client::call_failure& why)
{
    if (!daemon.start_watch(deadline_in(at_once), why))
        return report(why, form);
    for (;;) {
        proto::watch_reply event;
        constexpr std::chrono::hours for_long{1};  // then asks again: silence is good news
        const client::watch_result got = daemon.next_event(event, deadline_in(for_long), why);
        if (got == client::watch_result::failed)
            return report(why, form);
        // `synced` only tells programs where the present ends; the lines say that themselves.
        if (got == client::watch_result::nothing_yet || event.event == proto::event::synced)
            continue;
        if (print(form == as::json ? document_of(event) : line_of(event)) != 0)
            return 1;
    }
}

int run(const arguments& given)
{
    std::signal(SIGINT, end_well);
    std::signal(SIGTERM, end_well);
    client::channel daemon(client::own_target(client::autostart::no));
    client::call_failure why;
    return follow(daemon, form_of(given), why);
}

}  // namespace

constexpr command watch_command = {
    "watch",
    "tell what happens to the sessions, as it happens",
    R"(Usage: sgauth watch [--json]

Tells the present state, one line a session, then each change as it happens, until it is interrupted: `added`,
`renewed`, `unverified`, `expired`, `revoked`, `locked`, `unlocked`, `default`. Never starts the daemon, and ends when
the daemon does.

  --json    {"event": ..., "session": {...}} a line

Example:
  $ sgauth watch
  present jane @ https://studio.shotgrid.autodesk.com valid
  renewed jane @ https://studio.shotgrid.autodesk.com valid
  revoked jane @ https://studio.shotgrid.autodesk.com

Exit codes:
  0  interrupted (SIGINT, SIGTERM)
  1  the lines could not be written
  7  no daemon, or not yours; or it went away
)",
    {option::json},
    0,
    run,
};

}  // namespace sgauth::cli
