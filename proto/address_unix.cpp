// SPDX-License-Identifier: Apache-2.0
#include "proto/address.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace sgauth::proto {

namespace {

constexpr const char* socket_name = "agent.sock";

std::optional<std::string> variable(const char* name)
{
    const char* value = std::getenv(name);
    if (!value || !*value)
        return std::nullopt;
    return std::string(value);
}

enum class folder { good, missing, foreign };

// A folder is good if it is no link, the uid's own, and open to nobody else.
folder look_at(const std::string& path, uid_t uid)
{
    struct stat st{};
    if (::lstat(path.c_str(), &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? folder::missing : folder::foreign;
    const bool good = S_ISDIR(st.st_mode) && st.st_uid == uid && (st.st_mode & 077) == 0;
    return good ? folder::good : folder::foreign;
}

bool refuse(address_error& why, std::string message)
{
    why.message = std::move(message);
    return false;
}

// The folder that is ours alone: made if asked for, checked always.
bool use_folder(const std::string& path, uid_t uid, make_directory make, address& out, address_error& why)
{
    folder seen = look_at(path, uid);
    if (seen == folder::missing && make == make_directory::yes) {
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
            return refuse(why, "cannot make " + path + ": " + std::strerror(errno));
        seen = look_at(path, uid);
    }
    if (seen == folder::foreign)
        return refuse(
            why,
            path +
                " is not safe to use: it has to be a folder of your own, no link, with mode 0700; remove it"
        );
    out.directory = path;
    out.socket = path + "/" + socket_name;
    out.is_ours = true;
    return true;
}

bool check_length(const address& a, address_error& why)
{
    if (a.socket.size() <= max_socket_path)
        return true;
    return refuse(
        why,
        "the socket's path has " + std::to_string(a.socket.size()) + " bytes, " +
            std::to_string(max_socket_path) + " are possible: set SGAUTH_SOCKET to a shorter one (" +
            a.socket + ")"
    );
}

bool use_named_socket(const std::string& path, address& out, address_error& why)
{
    const auto slash = path.rfind('/');
    if (path.empty() || path.front() != '/')
        return refuse(why, "SGAUTH_SOCKET has to be an absolute path, and is " + path);
    out.socket = path;
    out.directory = slash == 0 ? "/" : path.substr(0, slash);
    out.is_ours = false;
    return check_length(out, why);
}

}  // namespace

address_environment this_environment()
{
    address_environment env;
    env.sgauth_socket = variable("SGAUTH_SOCKET");
    env.xdg_runtime_dir = variable("XDG_RUNTIME_DIR");
    env.uid = ::geteuid();
    return env;
}

bool find_address(const address_environment& env, make_directory make, address& out, address_error& why)
{
    out = {};
    const std::string by_uid = env.run_user + "/" + std::to_string(env.uid);
    std::string base = env.tmp + "/sgauth-" + std::to_string(env.uid);
    // A relative one is not valid (XDG Base Directory Specification), and would be another folder for each
    // process.
    const bool has_runtime_dir = env.xdg_runtime_dir && env.xdg_runtime_dir->substr(0, 1) == "/";
    if (has_runtime_dir && look_at(*env.xdg_runtime_dir, env.uid) == folder::good)
        base = *env.xdg_runtime_dir + "/sgauth";
    else if (look_at(by_uid, env.uid) == folder::good)
        base = by_uid + "/sgauth";
    // One that is named and is the usual one (`sgauth exec` names it) has all that the usual one has.
    if (env.sgauth_socket && *env.sgauth_socket != base + "/" + socket_name)
        return use_named_socket(*env.sgauth_socket, out, why);
    return use_folder(base, env.uid, make, out, why) && check_length(out, why);
}

std::string lock_path(const address& a)
{
    return a.socket + ".lock";
}

}  // namespace sgauth::proto
