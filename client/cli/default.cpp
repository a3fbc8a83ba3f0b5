// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "proto/utf8.hpp"

namespace sgauth::cli {

namespace {

bool show(client::channel& daemon, std::string& line, client::call_failure& why)
{
    proto::get_user_reply reply;
    if (!daemon.call(proto::get_user_call{}, reply, deadline_in(at_once), why)) {
        // It is the default all the same, whatever became of it.
        if (why.error.name != proto::error_name::expired || !why.error.session)
            return false;
        reply.session = std::move(*why.error.session);
    }
    line = name_of(reply.session);
    return true;
}

bool set(client::channel& daemon, const arguments& given, std::string& line, client::call_failure& why)
{
    proto::set_default_call call;
    call.site = given.operand(0);
    call.user = given.value(option::user);
    proto::set_default_reply reply;
    if (!daemon.call(call, reply, deadline_in(at_once), why))
        return false;
    if (reply.session)
        line = "the default is " + name_of(*reply.session);
    else
        line = "the default site is " + proto::printable(call.site.value_or("set"));
    return true;
}

int run(const arguments& given)
{
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    client::call_failure why;
    std::string line;
    const bool sets = !given.operands.empty() || given.has(option::user);
    if (!(sets ? set(daemon, given, line, why) : show(daemon, line, why)))
        return report(why, as::text);
    return print(line += '\n');
}

}  // namespace

constexpr command default_command = {
    "default",
    "show or set whom everybody gets who names nobody",
    R"(Usage: sgauth default
       sgauth default [SITE] [--user U]

Shows the default user and site, or sets them: SITE becomes the default site; --user makes that user the default of
SITE, or of the default site. The first person who logs in to a site is its default without asking; a script only if
named here or by `sgauth login --default`.

Examples:
  $ sgauth default
  jane @ https://studio.shotgrid.autodesk.com
  $ sgauth default https://other.shotgrid.autodesk.com --user jane.doe

Exit codes:
  0  shown or set
  1  the choice could not be stored
  2  SITE is no address, or there are several sites and no default
  3  nobody is logged in there
  7  no daemon, or not yours
)",
    {option::user},
    1,
    run,
};

}  // namespace sgauth::cli
