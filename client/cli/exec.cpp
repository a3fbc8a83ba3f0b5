// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "proto/utf8.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace sgauth::cli {

namespace {

// As env(1) and the shells have it.
constexpr int own_failure = 125;
constexpr int cannot_run = 126;
constexpr int not_found = 127;

int fail(const client::call_failure& why)
{
    static_cast<void>(report(why, as::text));
    return own_failure;
}

struct wish {
    std::string name;
    std::string form;
};

bool is_name(std::string_view text) noexcept
{
    if (text.empty() || (text[0] >= '0' && text[0] <= '9'))
        return false;
    for (const char c : text)
        if (c != '_' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
            return false;
    return true;
}

bool read_wish(std::string_view text, wish& out, client::call_failure& why)
{
    const auto equals = text.find('=');
    out.name = text.substr(0, equals);
    out.form = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
    if (out.form == proto::form::bearer) {
        why = not_available("bearer tokens are");
        return false;
    }
    if (is_name(out.name) && (out.form == proto::form::session_token || out.form == proto::form::script_key))
        return true;
    why = failure(
        proto::status::usage,
        usage_error,
        "--env needs NAME=FORM, with a form of session_token or script_key; try `sgauth exec --help`"
    );
    return false;
}

bool read_wishes(const arguments& given, std::vector<wish>& out, client::call_failure& why)
{
    for (const arguments::given& one : given.options)
        if (one.which == option::env && !read_wish(one.value, out.emplace_back(), why))
            return false;
    return true;
}

bool find_session(
    client::channel& daemon, const arguments& given, proto::session_info& out, client::call_failure& why
)
{
    proto::get_user_call call;
    call.site = given.operand(0);
    proto::get_user_reply reply;
    if (!daemon.call(call, reply, deadline_in(at_once), why))
        return false;
    out = std::move(reply.session);
    if (out.state != proto::state::expired)
        return true;
    why = failure(proto::status::no_session, proto::error_name::expired, name_of(out) + " has expired");
    return false;
}

bool put(const std::string& name, const std::string& value, client::call_failure& why)
{
    if (::setenv(name.c_str(), value.c_str(), 1) == 0)
        return true;
    why = failure(proto::status::failed, proto::error_name::failed, "the environment has no room");
    return false;
}

bool put_credential(
    client::channel& daemon, const proto::session_info& of, const wish& wanted, client::call_failure& why
)
{
    proto::get_credential_call call;
    call.site = of.site;
    call.user = of.user;
    call.forms.push_back(wanted.form);
    call.timeout_ms = timeout_ms(with_site);
    proto::get_credential_reply reply;
    if (!daemon.call(call, reply, deadline_in(with_site), why))
        return false;
    std::string value;
    if (reply.credential.token)
        value = reply.credential.token->reveal();
    else if (reply.credential.script_key)
        value = reply.credential.script_key->reveal();
    warn_if_unverified(reply.session);
    const bool done = put(wanted.name, value, why);
    wipe(value);
    return done;
}

int become(char** words)
{
    ::execvp(words[0], words);
    const int fault = errno;
    complain("cannot run " + proto::printable(words[0]) + ": " + std::strerror(fault));
    return fault == ENOENT ? not_found : cannot_run;
}

int run(const arguments& given)
{
    client::call_failure why;
    std::vector<wish> wishes;
    if (!given.rest || !*given.rest) {
        why = failure(
            proto::status::usage, usage_error, "the command to run goes behind --; try `sgauth exec --help`"
        );
        return fail(why);
    }
    if (!read_wishes(given, wishes, why))
        return fail(why);
    const client::target whom = client::own_target(client::autostart::yes, client::daemon_first::beside_us);
    client::channel daemon(whom);
    proto::session_info session;
    if (!find_session(daemon, given, session, why) || !put("SGAUTH_SITE", session.site, why) ||
        !put("SGAUTH_USER", session.user, why) || !put("SGAUTH_SOCKET", whom.where.socket, why))
        return fail(why);
    for (const wish& w : wishes)
        if (!put_credential(daemon, session, w, why))
            return fail(why);
    return become(given.rest);
}

}  // namespace

constexpr command exec_command = {
    "exec",
    "run a program that knows who you are",
    R"(Usage: sgauth exec [SITE] [--env NAME=FORM]... -- CMD [ARG]...

Runs CMD in its place, with SGAUTH_SITE, SGAUTH_USER and SGAUTH_SOCKET in its environment. A secret is put there only
where --env asks for it: other programs of yours can read it there, so prefer programs that ask the daemon.

  SITE             the site's address; left out: the default site
  --env NAME=FORM  put the credential into the variable NAME; FORM is session_token or script_key
                   (of a script that was logged in with --share-key; any other has a session_token)

Examples:
  $ sgauth exec -- maya
  $ sgauth exec --env SHOTGUN_SESSION_TOKEN=session_token -- python3 publish.py

Exit codes: those of CMD, or
  125  sgauth failed: called wrongly, no usable session, no daemon
  126  CMD cannot be run
  127  CMD was not found
)",
    {option::env},
    1,
    run,
    own_failure,
    command::after_dashes::another_command,
};

}  // namespace sgauth::cli
