// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/status_text.hpp"
#include "client/cli/table.hpp"
#include "client/cli/time_text.hpp"
#include "proto/utf8.hpp"

#include <unistd.h>

namespace sgauth::cli {

namespace {

std::string source_of_window(const std::string& from)
{
    if (from == "site")
        return "learned from the site";
    if (from == "observed")
        return "a session died younger";
    return from == "settings" || from == "assumed" ? from : proto::printable(from, 40);
}

std::string sites_table(const std::vector<proto::site_status>& sites, bool colour)
{
    table t({"SITE", "SESSIONS", "IDLE WINDOW", "FROM", "KEEPING ALIVE"});
    for (const proto::site_status& s : sites)
        t.add(
            {proto::printable(s.site),
             std::to_string(s.sessions),
             duration_text(s.idle_window_s),
             source_of_window(s.idle_window_from),
             s.renewal == "not_working" ? "not working" : proto::printable(s.renewal, 40)}
        );
    return t.text(colour);
}

std::string settings_table(const std::vector<proto::setting>& settings, bool colour)
{
    table t({"SETTING", "VALUE", "FROM"});
    for (const proto::setting& s : settings)
        t.add(
            {proto::printable(s.key),
             s.value.empty() ? "\"\"" : proto::printable(s.value),
             proto::printable(s.source)}
        );
    return t.text(colour);
}

int show_document(client::channel& daemon)
{
    client::call_failure why;
    std::string text;
    // As the daemon says it, so that what a newer one adds is there too.
    if (!daemon.call_raw(proto::status_call::method, {}, text, deadline_in(at_once), why))
        return report(why, as::json);
    return print(text += '\n');
}

int run(const arguments& given)
{
    client::target whom;
    client::call_failure why;
    if (!find_daemon(given, client::autostart::no, whom, why))
        return report(why, given);
    client::channel daemon(std::move(whom));
    if (given.has(option::json))
        return show_document(daemon);
    proto::status_reply reply;
    if (!daemon.call(proto::status_call{}, reply, deadline_in(at_once), why))
        return report(why, given);
    const settings_shown settings = given.has(option::why) ? settings_shown::yes : settings_shown::no;
    return print(status_page(reply, settings, wall_now(), wants_colour(STDOUT_FILENO)));
}

}  // namespace

std::string status_page(const proto::status_reply& s, settings_shown settings, std::int64_t now, bool colour)
{
    std::string page;
    for (const std::string& problem : s.problems)
        page += alarming("problem: " + proto::printable(problem, 1000), colour) + "\n";
    const auto line = [&](std::string_view name, const std::string& value) {
        page.append(bold(name, colour)).append(14 - name.size(), ' ').append(value) += '\n';
    };
    line("daemon", "sgauthd " + proto::printable(s.version, 40) + ", pid " + std::to_string(s.pid));
    line("running for", duration_text(now - s.started_at));
    line("storage", proto::printable(s.storage));
    if (s.key_place_why && !s.key_place_why->empty())
        line("key", proto::printable(*s.key_place_why));
    const std::string locked =
        s.locked ? "yes: " + proto::printable(s.lock_reason.value_or("no credential until unlocked")) : "no";
    line("locked", locked + (s.follows_desktop.value_or(false) ? "; follows the desktop's lock" : ""));
    line("renewal", proto::printable(s.renewal_policy, 40));
    line("sessions", std::to_string(s.sessions));
    line("connections", std::to_string(s.connections));
    line("default site", s.default_site ? proto::printable(*s.default_site) : "none");
    if (!s.sites.empty())
        page += "\n" + sites_table(s.sites, colour);
    if (settings == settings_shown::yes && !s.settings.empty())
        page += "\n" + settings_table(s.settings, colour);
    return page;
}

constexpr command status_command = {
    "status",
    "the daemon: how it is, what is wrong, where its settings come from",
    R"(Usage: sgauth status [--json] [--why]

Tells about the daemon: what is wrong, first; its version, pid and how long it has been running; where it stores
sessions; how it keeps them alive at each site, as observed. Never starts the daemon.

  --why            each setting in force, its value, and the file and line that it came from
  --json           one JSON object with all of it
  --for-user NAME  as root: the daemon of another user of this machine

Example:
  $ sgauth status --why

Keeping alive:
  confirmed    a session was seen to live longer because it was used
  assumed      that cannot be seen at this site
  not working  sessions die although they are used

Exit codes:
  0  told, also when something is wrong with the daemon
  6  --for-user without being root
  7  no daemon, or not yours
)",
    {option::json, option::why, option::for_user},
    0,
    run,
};

}  // namespace sgauth::cli
