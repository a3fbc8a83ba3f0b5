// SPDX-License-Identifier: Apache-2.0
//
// The path that tools take a thousand times an hour: nothing here may cost more than the call itself.

#include "client/cli/command.hpp"
#include "client/cli/conversation.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/session_text.hpp"
#include "client/cli/unlock.hpp"

#include <charconv>

namespace sgauth::cli {

namespace {

bool read_seconds(std::string_view text, std::int64_t& out) noexcept
{
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    return fault == std::errc() && end == text.data() + text.size() && out >= 0;
}

// A person is asked for two minutes at the most (AnswerQuestion), and a login may be under way elsewhere.
constexpr std::chrono::seconds with_person{150};

std::chrono::seconds patience(const arguments& given) noexcept
{
    return given.has(option::prompt) ? with_person : with_site;
}

bool make_call(const arguments& given, proto::get_credential_call& call, client::call_failure& why)
{
    if (given.has(option::bearer) || given.has(option::header)) {
        why = not_available("bearer tokens are");
        return false;
    }
    if (given.has(option::prompt) && given.has(option::no_prompt)) {
        why = failure(proto::status::usage, usage_error, "--prompt and --no-prompt exclude each other");
        return false;
    }
    call.site = given.operand(0);
    call.user = given.value(option::user);
    call.forms.emplace_back(proto::form::session_token);
    if (given.has(option::json))
        call.forms.emplace_back(proto::form::script_key);
    if (given.has(option::prompt))
        call.prompt = true;
    call.timeout_ms = timeout_ms(patience(given));
    if (const auto text = given.value(option::min_valid);
        text && !read_seconds(*text, call.min_valid_s.emplace())) {
        why = failure(proto::status::usage, usage_error, "--min-valid needs a whole number of seconds");
        return false;
    }
    return true;
}

// Asks for the credential; where a passphrase or a login would help and a person is there to give it, asks
// for that and then again.
bool get(
    client::channel& daemon,
    const arguments& given,
    proto::get_credential_call& call,
    proto::get_credential_reply& reply,
    client::call_failure& why
)
{
    if (daemon.call(call, reply, deadline_in(patience(given)), why))
        return true;
    if (given.has(option::prompt) && open_vault(daemon, given, why) &&
        daemon.call(call, reply, deadline_in(patience(given)), why))
        return true;
    if (why.status != proto::status::no_session || !given.has(option::prompt) || !terminal().is_open())
        return false;
    proto::begin_login_call login;
    login.site = call.site;
    login.user = call.user;
    if (why.error.session) {
        login.site = why.error.session->site;
        login.user = why.error.session->user;
    }
    // A session that is too short-lived is a usable one: only a new one is better.
    if (why.error.name == proto::error_name::cannot_last)
        login.again = true;
    proto::session_info session;
    if (!conversation(daemon, {}).run(std::move(login), session, why))
        return false;
    call.site = session.site;
    call.user = session.user;
    return daemon.call(call, reply, deadline_in(patience(given)), why);
}

int show(const proto::get_credential_reply& reply, as form)
{
    warn_if_unverified(reply.session);
    std::string text;
    if (form == as::json) {
        text = credential_document(reply);
    } else if (reply.credential.token) {
        text.reserve(reply.credential.token->size() + 1);
        text.append(reply.credential.token->reveal()) += '\n';
    } else {
        return report(
            failure(proto::status::failed, proto::error_name::failed, "the daemon sent no token"), form
        );
    }
    const int code = print(text);
    wipe(text);
    return code;
}

int run(const arguments& given)
{
    const as form = form_of(given);
    proto::get_credential_call call;
    client::call_failure why;
    if (!make_call(given, call, why))
        return report(why, form);
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    proto::get_credential_reply reply;
    if (get(daemon, given, call, reply, why))
        return show(reply, form);
    if (why.error.name == proto::error_name::form_unavailable && form == as::text)
        why.error.message =
            "this user is a script that shares its key, which is never printed bare; use `sgauth token "
            "--json`";
    return report(why, form);
}

}  // namespace

constexpr command token_command = {
    "token",
    "print a session token that works now",
    R"(Usage: sgauth token [SITE] [--user U] [--json] [--min-valid SECONDS] [--prompt | --no-prompt]
       sgauth token [SITE] [--user U] --bearer | --header

Prints a session token that works now, and a newline; nothing else. Nobody is asked anything without --prompt. If the
site cannot be asked, the token is printed all the same, with a warning on stderr. Of a script it is one that was made
of its key, unless it was logged in with --share-key.

  SITE                 the site's address; left out: the default site
  --user U             a login or a script's name; left out: the site's default user
  --json               one JSON object: the session, `form`, and `token` or `script_name` and `script_key`. The only
                       way to the key of a script, where it was logged in with --share-key: it is never printed bare
  --min-valid SECONDS  only a credential that lasts that long at least
  --prompt             if a login or the passphrase of the stored sessions is needed, ask for it here, on the
                       terminal; if a rule wants a person to confirm, wait for that (`sgauth policy confirm`),
                       two minutes at most
  --no-prompt          never ask (that is so without it, too)
  --bearer, --header   a REST token, a whole HTTP header: not available in this version

Example:
  $ TOKEN=$(sgauth token https://studio.shotgrid.autodesk.com) || exit

Exit codes:
  0  printed
  1  not available: a script that shares its key, without --json; --bearer, --header
  2  called wrongly, SITE is no address, or there are several sites and no default
  3  no usable session: none, expired, or it cannot last that long
  5  the site cannot be asked and --min-valid needs it, or out of time
  6  denied: locked, a policy, nobody confirmed, bad settings
  7  no daemon, or not yours
  130  the login was cancelled
)",
    {option::user,
     option::json,
     option::bearer,
     option::header,
     option::min_valid,
     option::prompt,
     option::no_prompt},
    1,
    run,
};

}  // namespace sgauth::cli
