// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/daemon.hpp"
#include "client/cli/output.hpp"
#include "client/cli/pretty.hpp"
#include "proto/framing.hpp"
#include "proto/json.hpp"
#include "proto/utf8.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace sgauth::cli {

namespace {

// Anything may be called, also what waits for a person; Ctrl-C ends it sooner.
constexpr std::chrono::minutes longest_call{10};

bool refuse(client::call_failure& why, std::string message)
{
    why = failure(proto::status::usage, usage_error, std::move(message));
    return false;
}

bool cannot_read(client::call_failure& why, int fault)
{
    why = failure(
        proto::status::failed,
        proto::error_name::failed,
        std::string("cannot read stdin: ") + std::strerror(fault)
    );
    return false;
}

bool read_stdin(std::string& out, client::call_failure& why)
{
    out.reserve(proto::max_message_bytes + 1);  // it may hold a secret: it must not move
    for (char chunk[4096];;) {
        const ssize_t taken = ::read(STDIN_FILENO, chunk, sizeof chunk);
        if (taken < 0 && errno == EINTR)
            continue;
        if (taken > 0)
            out.append(chunk, static_cast<std::size_t>(taken));
        wipe(chunk, sizeof chunk);
        if (taken < 0)
            return cannot_read(why, errno);
        if (out.size() > proto::max_message_bytes)
            return refuse(why, "the parameters are longer than a message can be");
        if (taken == 0)
            return true;
    }
}

// A login's answers are secrets, which everybody on the machine could read from the command line.
bool may_stand_in_argv(std::string_view method) noexcept
{
    return proto::short_name(method) != proto::answer_call::method;
}

bool read_parameters(const arguments& given, std::string& out, client::call_failure& why)
{
    const auto text = given.operand(1);
    if (!text)
        return true;
    if (*text == "-") {
        if (!read_stdin(out, why))
            return false;
    } else if (!may_stand_in_argv(given.operands[0])) {
        return refuse(why, "an answer may be a secret: give the JSON on stdin, `sgauth call Answer -`");
    } else {
        out = *text;
    }
    proto::json_document document;
    if (document.parse(out) == proto::json_fault::none && document.root().is(proto::json_kind::object))
        return true;
    return refuse(why, "the parameters are not a JSON object");
}

int show(std::string& reply)
{
    proto::json_document document;
    std::string text;
    reply += '\n';  // there is room: it may hold a secret, and must not move
    if (is_terminal(STDOUT_FILENO) && document.parse(reply) == proto::json_fault::none) {
        text.reserve(16 * reply.size());
        write_pretty(text, document.root());
        text += '\n';
    }
    const int code = print(text.empty() ? reply : text);
    wipe(text);
    wipe(reply);
    return code;
}

// Each reply as it comes, for as long as the daemon says that there are more.
int stream(client::channel& daemon, std::string_view method, std::string& parameters)
{
    client::call_failure why;
    const bool asked = daemon.start_raw(method, parameters, deadline_in(longest_call), why);
    wipe(parameters);
    for (bool is_last = !asked; !is_last;) {
        std::string reply;
        const client::watch_result got = daemon.next_raw(reply, is_last, deadline_in(longest_call), why);
        if (got == client::watch_result::failed)
            return report(why, as::text);
        if (got == client::watch_result::event && show(reply) != 0)
            return 1;
    }
    return asked ? 0 : report(why, as::text);
}

int run(const arguments& given)
{
    client::call_failure why;
    std::string parameters;
    if (given.operands.empty()) {
        refuse(why, "name a method; try `sgauth call --help`");
        return report(why, as::text);
    }
    if (!read_parameters(given, parameters, why))
        return report(why, as::text);
    client::channel daemon(client::own_target(client::autostart::yes, client::daemon_first::beside_us));
    if (given.has(option::more))
        return stream(daemon, given.operands[0], parameters);
    std::string reply;
    const bool done = daemon.call_raw(given.operands[0], parameters, reply, deadline_in(longest_call), why);
    wipe(parameters);
    return done ? show(reply) : report(why, as::text);
}

}  // namespace

constexpr command call_command = {
    "call",
    "any Varlink call, for people who look inside",
    R"(Usage: sgauth call METHOD [JSON | -] [--more]

Calls a method of the daemon and prints the reply's parameters as JSON; indented on a terminal. The interface is
described by io.sgauth.Agent.varlink.

  METHOD   a method of io.sgauth.Agent, such as List; or any with its interface
  JSON     the parameters, one object; - reads it from stdin, where secrets belong
  --more   a stream of replies, where the method has one (Watch): each as it comes, for as long as there are more

Examples:
  $ sgauth call GetUser '{"site": "https://studio.shotgrid.autodesk.com"}'
  $ sgauth call org.varlink.service.GetInfo

Exit codes: that of the error which the method answers, as `sgauth --help` lists them; besides
  0  answered
  2  JSON is no object, METHOD is no method's name, or a parameter is wrong
  5  out of time
  7  no daemon, or not yours
)",
    {option::more},
    2,
    run,
};

}  // namespace sgauth::cli
