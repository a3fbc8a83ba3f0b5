// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/revoke_text.hpp"
#include "client/cli/time_text.hpp"
#include "proto/codec.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

namespace sgauth::cli {

namespace {

std::string words_for(const proto::revoked& r)
{
    namespace at = proto::at_site;
    if (r.at_site == at::confirmed)
        return "revoked; the site rejects it now";
    if (r.at_site == at::still_accepted)
        return "revoked here; the site still accepts it";
    if (r.at_site == at::unconfirmed)
        return "revoked here; there is no way to tell whether the site still accepts it";
    if (r.at_site == at::unreachable)
        return "revoked here; the site could not be reached and will be tried again";
    if (r.at_site == at::not_tried && r.kind == proto::kind::script)
        return "removed here; change the key at the site if it has to stop working";
    if (r.at_site == at::not_tried)
        return "removed here; the site was not told";
    return "revoked here; at the site: " + proto::printable(r.at_site, 40);
}

std::string document_of(const std::vector<proto::revoked>& all)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_array();
    for (const proto::revoked& r : all)
        proto::write(json, r);
    json.end_array();
    return text += '\n';
}

int show(const std::vector<proto::revoked>& all, as form)
{
    if (form == as::json)
        return print(document_of(all));
    if (all.empty())
        complain("there is nothing to revoke");
    std::string text;
    for (const proto::revoked& r : all)
        text += revoked_line(r, wall_now()) + "\n";
    return print(text);
}

int run(const arguments& given)
{
    const as form = form_of(given);
    proto::revoke_call call;
    call.site = given.operand(0);
    call.user = given.value(option::user);
    if (given.has(option::all))
        call.all = true;
    if (given.has(option::local))
        call.local = true;
    call.timeout_ms = timeout_ms(with_sites);
    client::target whom;
    client::call_failure why;
    if (!find_daemon(given, client::autostart::yes, whom, why))
        return report(why, given);
    client::channel daemon(std::move(whom));
    proto::revoke_reply reply;
    const bool done = daemon.call(call, reply, deadline_in(with_sites), why);
    const bool nothing = !done && why.error.name == proto::error_name::no_session;
    const bool ours = !given.has(option::for_user);
    if (nothing && ours)
        why.error.message += "; `sgauth list` shows what there is";  // to log in is no advice here
    if (!done && !(nothing && call.all))
        return report(why, given);
    if (reply.revoked.empty() && !call.all)
        return report(
            failure(
                proto::status::no_session,
                proto::error_name::no_session,
                ours ? "no such session; `sgauth list` shows them" : "no such session"
            ),
            given
        );
    return show(reply.revoked, form);
}

}  // namespace

std::string revoked_line(const proto::revoked& r, std::int64_t now)
{
    std::string line = name_of(r.user, r.site) + ": " + words_for(r);
    if (r.kind == proto::kind::script && r.at_site != proto::at_site::not_tried)
        line += "; its key is changed at the site if it has to stop working";
    if (r.accepted_until)
        line += "; it may be accepted until " + moment_text(*r.accepted_until) + " (" +
                until_text(*r.accepted_until, now) + ")";
    return line;
}

constexpr command revoke_command = {
    "revoke",
    "take a session away from every program (also: logout)",
    R"(Usage: sgauth revoke [SITE] [--user U] [--all] [--local] [--json]
       sgauth logout ...

Takes a session away from every program of yours at once, and ends it at the site as far as the site allows. Tells
what is known about that afterwards, and never more.

  SITE             the site's address; left out: the default site
  --user U         a login or a script's name; left out: the site's default user
  --all            every session, of SITE and U where they are given
  --local          leave the site alone
  --json           an array of id, site, user, at_site, accepted_until
  --for-user NAME  as root: those of another user of this machine

Examples:
  $ sgauth revoke
  jane @ https://studio.shotgrid.autodesk.com: revoked; the site rejects it now
  # sgauth --for-user jdoe revoke --all

Exit codes:
  0  revoked here, for good; the site's part is told. With --all also when there was nothing
  1  failed
  2  SITE is no address, or there are several sites and no default
  3  no such session
  6  denied; --for-user without being root
  7  no daemon, or not yours
)",
    {option::user, option::all, option::local, option::json, option::for_user},
    1,
    run,
};

}  // namespace sgauth::cli
