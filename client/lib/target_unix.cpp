// SPDX-License-Identifier: Apache-2.0
#include "client/lib/target.hpp"

#include <climits>
#include <cstdlib>
#include <string_view>
#include <sys/auxv.h>
#include <unistd.h>

extern char** environ;

namespace sgauth::client {

namespace {

// What says who and where the user is; nothing that decides trust or route (DESIGN.md 3, "Whose
// environment").
constexpr std::string_view passed_on[] = {
    "HOME",
    "USER",
    "LOGNAME",
    "PATH",
    "SHELL",
    "LANG",
    "TZ",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "SGAUTH_LOG",
};

bool is_passed_on(std::string_view name) noexcept
{
    for (const std::string_view known : passed_on)
        if (name == known)
            return true;
    return name.substr(0, 3) == "LC_";
}

std::vector<std::string> daemon_environment(const proto::address_environment& env)
{
    std::vector<std::string> out;
    for (char** at = environ; at && *at; ++at) {
        const std::string_view entry(*at);
        if (is_passed_on(entry.substr(0, entry.find('='))))
            out.emplace_back(entry);
    }
    if (env.sgauth_socket)
        out.push_back("SGAUTH_SOCKET=" + *env.sgauth_socket);
    return out;
}

std::string beside_us()
{
    char path[PATH_MAX];
    const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
    if (size <= 0)
        return {};
    const std::string_view program(path, static_cast<std::size_t>(size));
    return std::string(program.substr(0, program.rfind('/'))) + "/sgauthd";
}

std::string find_sgauthd(daemon_first first)
{
    if (const char* named = ::secure_getenv("SGAUTH_DAEMON"); named && *named)
        return named;
    std::string choices[] = {SGAUTHD_PATH, beside_us()};
    if (first == daemon_first::beside_us)
        choices[0].swap(choices[1]);
    for (const std::string& choice : choices)
        if (!choice.empty() && ::access(choice.c_str(), X_OK) == 0)
            return choice;
    return {};
}

autostart allowed(autostart wanted)
{
    const char* variable = std::getenv("SGAUTH_AUTOSTART");
    const bool forbidden = (variable && std::string_view(variable) == "0") || ::getauxval(AT_SECURE) != 0;
    return forbidden ? autostart::no : wanted;
}

void locate(target& out, const proto::address_environment& env)
{
    out.uid = env.uid;
    proto::address_error why;
    if (!proto::find_address(env, proto::make_directory::no, out.where, why))
        out.problem = why.message;
}

target reach(const proto::address_environment& env, autostart start, daemon_first first)
{
    target out;
    locate(out, env);
    out.start = allowed(start);
    if (out.start == autostart::yes) {
        out.sgauthd = find_sgauthd(first);
        out.environment = daemon_environment(env);
    }
    return out;
}

}  // namespace

target own_target(autostart start, daemon_first first)
{
    return reach(proto::this_environment(), start, first);
}

target named_target(const std::string& socket, autostart start, daemon_first first)
{
    proto::address_environment env = proto::this_environment();
    env.sgauth_socket = socket;
    return reach(env, start, first);
}

target target_of(uid_t uid)
{
    proto::address_environment env;
    env.uid = uid;
    target out;
    locate(out, env);
    return out;
}

}  // namespace sgauth::client
