// SPDX-License-Identifier: Apache-2.0
//
// `sgauth`: finds the command, checks that its options are its own, and runs it.

#include "client/cli/command.hpp"
#include "client/cli/output.hpp"
#include "client/cli/report.hpp"
#include "proto/utf8.hpp"

#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

namespace sgauth::cli {

namespace {

constexpr const command* commands[] = {
    &login_command,
    &token_command,
    &whoami_command,
    &list_command,
    &default_command,
    &revoke_command,
    &watch_command,
    &status_command,
    &audit_command,
    &why_command,
    &exec_command,
    &lock_command,
    &unlock_command,
    &policy_command,
    &vault_command,
    &call_command,
};

constexpr std::string_view program_help =
    R"(Usage: sgauth COMMAND [OPTION]...

Log in once to a Flow Production Tracking site; every program of yours on this machine then gets the current user
and a working credential from one daemon, without asking you again.

Commands:
)";

constexpr std::string_view program_help_end = R"(
Everywhere:
  --help              `sgauth COMMAND --help` teaches a command: what it does, an example, its exit codes
  --version           the version
  --for-user NAME     as root: ask the daemon of another user of this machine (revoke, list, status)

The first steps:
  sgauth login https://studio.shotgrid.autodesk.com
  sgauth whoami
  sgauth exec --env TOKEN=session_token -- my-tool

Exit codes:
  0  done                               5  the site cannot be reached or trusted, or out of time
  1  failed, or not available           6  denied: locked, a policy, too many wrong passwords, bad settings
  2  called wrongly, site ambiguous     7  no daemon, or not yours
  3  no usable session: log in          130  cancelled
  4  the site refused password, code or key

Environment:
  SGAUTH_SOCKET       the daemon's socket, where it is not in its usual place
  SGAUTH_AUTOSTART=0  never start the daemon
  NO_COLOR            no colour
)";

const command* find(std::string_view name) noexcept
{
    if (name == "logout")
        return &revoke_command;
    for (const command* c : commands)
        if (c->name == name)
            return c;
    return nullptr;
}

int show_program_help()
{
    std::string text(program_help);
    for (const command* c : commands)
        text.append("  ").append(c->name).append(10 - c->name.size(), ' ').append(c->summary) += '\n';
    return print(text.append(program_help_end));
}

// Why the command cannot be run as it was given; empty if it can.
std::string misuse_of(const command& c, const arguments& given)
{
    for (const arguments::given& one : given.options) {
        if (one.which == option::for_user && !c.options.has(option::for_user))
            return "`--for-user` goes with revoke, list and status alone";
        if (!c.options.has(one.which))
            return "`sgauth " + std::string(c.name) + "` has no option " + spelling(one.which);
    }
    if (given.operands.size() > c.operands)
        return "unexpected word " + proto::printable(given.operands[c.operands], 60);
    return {};
}

as form_for(const command* c, const arguments& given) noexcept
{
    return given.has(option::json) && (!c || c->options.has(option::json)) ? as::json : as::text;
}

int complain_of_use(const command* c, const arguments& given, const std::string& what)
{
    const std::string name = c ? std::string(c->name) + " " : std::string();
    const auto why = failure(proto::status::usage, usage_error, what + "; try `sgauth " + name + "--help`");
    const int code = report(why, form_for(c, given));
    return c ? c->code_of(code) : code;
}

// A bug, or memory that has run out.
int complain_of_fault(const command& c, const arguments& given, const char* what)
{
    const auto why =
        failure(proto::status::failed, proto::error_name::failed, std::string("failed: ") + what);
    return c.code_of(report(why, form_for(&c, given)));
}

int run(const command& c, const arguments& given)
{
    try {
        return c.run(given);
    } catch (const std::exception& e) {
        return complain_of_fault(c, given, e.what());
    }
}

// `sgauth help token` is `sgauth token --help`.
void turn_help_around(arguments& given)
{
    if (given.command != "help")
        return;
    given.command = given.operands.empty() ? std::string_view() : given.operands[0];
    given.options.push_back({option::help, {}});
}

// The number of a standard stream that is closed would go to the next thing opened, the daemon's connection
// say, and the result into that. In its place comes what cannot be read or written either.
void fill_standard_streams() noexcept
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF &&
            ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream)
            ::_exit(1);
}

int run(int argc, char** argv)
{
    arguments given;
    std::string wrong = read_arguments(argc, argv, given);
    turn_help_around(given);
    const command* c = find(given.command);
    if (wrong.empty() && !c && !given.command.empty())
        wrong = "unknown command " + proto::printable(given.command, 60);
    if (wrong.empty() && given.has(option::help))
        return c ? print(c->help) : show_program_help();
    if (wrong.empty() && given.has(option::version))
        return print("sgauth " SGAUTH_VERSION "\n");
    if (wrong.empty() && !c)
        wrong = "say what to do";
    if (c && wrong.empty() && c->rest == command::after_dashes::more_words)
        wrong = take_rest(given);
    if (c && wrong.empty())
        wrong = misuse_of(*c, given);
    return wrong.empty() ? run(*c, given) : complain_of_use(c, given, wrong);
}

}  // namespace

}  // namespace sgauth::cli

int main(int argc, char** argv)
{
    sgauth::cli::fill_standard_streams();
    try {
        return sgauth::cli::run(argc, argv);
    } catch (const std::exception& e) {
        sgauth::cli::complain(std::string("failed: ") + e.what());
        return 1;
    }
}
