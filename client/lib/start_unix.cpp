// SPDX-License-Identifier: Apache-2.0
#include "client/lib/connection.hpp"
#include "client/lib/descriptor_unix.hpp"
#include "client/lib/program_unix.hpp"
#include "client/lib/start.hpp"
#include "client/lib/wait_unix.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sgauth::client {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A daemon opens a sealed store and listens within a second on a busy machine; a login node may be ten times
// slower.
constexpr seconds start_limit{10};
// A user manager answers in milliseconds; one that hangs must leave time to start the daemon without it.
constexpr seconds user_manager_limit{3};
// How long one that was started by somebody else in this moment is waited for.
constexpr milliseconds other_limit{500};
constexpr milliseconds pause{10};
// A user's entry in a directory may be long: its full name, say. This is beyond any.
constexpr std::size_t largest_entry = std::size_t{1} << 20;

constexpr const char* systemctl = "/usr/bin/systemctl";
constexpr const char* systemd_run = "/usr/bin/systemd-run";

// An account that may not log in has no business with a daemon of its own.
bool is_closed_account(uid_t uid)
{
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> space(4096);
    int fault = 0;
    while ((fault = ::getpwuid_r(uid, &entry, space.data(), space.size(), &found)) == ERANGE &&
           space.size() < largest_entry)
        space.resize(4 * space.size());
    if (fault != 0 || !found)
        return false;
    const std::string_view shell(found->pw_shell);
    const std::string_view name = shell.substr(shell.rfind('/') + 1);
    return name == "nologin" || name == "false";
}

// Held while starting, so that of all who race one starts.
class start_lock {
public:
    start_lock() = default;
    start_lock(const start_lock&) = delete;
    start_lock& operator=(const start_lock&) = delete;
    ~start_lock()
    {
        if (descriptor_ < 0)
            return;
        ::flock(descriptor_, LOCK_UN);  // not by close alone: a child forked meanwhile has a copy
        ::close(descriptor_);
    }

    bool take(const target& whom, time_point deadline, call_failure& why)
    {
        const std::string path = whom.where.socket + ".start";
        descriptor_ = above_standard(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (descriptor_ < 0)
            return fail_no_daemon(why, "cannot start the daemon: " + path + ": " + std::strerror(errno));
        while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
            if ((errno != EWOULDBLOCK && errno != EINTR) || !nap(pause, deadline))
                return fail_no_daemon(
                    why, "another program is starting the daemon and has not finished: " + path
                );
        return true;
    }

private:
    int descriptor_ = -1;
};

bool comes_up(const target& whom, time_point deadline)
{
    do
        if (is_listening(whom))
            return true;
    while (nap(pause, deadline));
    return false;
}

// Whether a daemon holds the lock that decides which of them is the one: it does until its process has ended,
// up to 2 s after its socket is gone.
bool is_locked(const target& whom)
{
    const int file = above_standard(
        ::open(proto::lock_path(whom.where).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    );
    if (file < 0)
        return false;  // nobody made it yet; whatever else is wrong, who starts will tell
    const bool taken = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::flock(file, LOCK_UN);
    ::close(file);
    return taken;
}

enum class other { none, listens, stuck };

// Waits for one that is ending, or coming up.
other await_other(const target& whom, time_point deadline)
{
    while (is_locked(whom)) {
        if (is_listening(whom))
            return other::listens;
        if (!nap(pause, deadline))
            return other::stuck;
    }
    return other::none;
}

bool fail_stuck(const target& whom, call_failure& why)
{
    return fail_no_daemon(
        why,
        "another sgauthd holds " + proto::lock_path(whom.where) + " and does not listen: try again, or end it"
    );
}

bool ask(
    const target& whom, const std::string& runtime, std::vector<std::string> arguments, time_point deadline
)
{
    if (::access(arguments.front().c_str(), X_OK) != 0)
        return false;
    program asked{std::move(arguments), whom.environment};
    auto& environment = asked.environment;
    const auto is_runtime = [](const std::string& entry) { return entry.rfind("XDG_RUNTIME_DIR=", 0) == 0; };
    environment.erase(std::remove_if(environment.begin(), environment.end(), is_runtime), environment.end());
    environment.push_back("XDG_RUNTIME_DIR=" + runtime);
    return run_to_end(asked, deadline) && comes_up(whom, deadline);
}

bool user_manager_starts(const target& whom, time_point limit)
{
    const std::string runtime = whom.where.directory.substr(0, whom.where.directory.rfind('/'));
    const auto is_there = [&] { return ::access((runtime + "/systemd/private").c_str(), F_OK) == 0; };
    if (!whom.where.is_ours || !is_there())
        return false;
    const auto deadline = std::min(limit, std::chrono::steady_clock::now() + user_manager_limit);
    if (ask(whom, runtime, {systemctl, "--user", "--quiet", "start", "sgauthd.socket"}, deadline))
        return true;
    return !whom.sgauthd.empty() && ask(whom,
                                        runtime,
                                        {systemd_run,
                                         "--user",
                                         "--quiet",
                                         "--collect",
                                         "--service-type=exec",
                                         "--unit=sgauthd-run",
                                         "--description=Authentication agent, started by a client",
                                         whom.sgauthd},
                                        deadline);
}

bool run_it(const target& whom, time_point limit, call_failure& why)
{
    if (whom.sgauthd.empty() || ::access(whom.sgauthd.c_str(), X_OK) != 0)
        return fail_no_daemon(
            why,
            "no daemon listens at " + whom.where.socket +
                " and no sgauthd is there to start: install it, or set " + "SGAUTH_DAEMON to its path"
        );
    readiness got = readiness::not_run;
    while ((got = run_until_ready(program{{whom.sgauthd}, whom.environment}, limit)) == readiness::ended &&
           is_locked(whom))
        // One that we did not start was in its way.
        if (const other there = await_other(whom, limit); there != other::none)
            return there == other::listens || fail_stuck(whom, why);
    if (got == readiness::ready)
        return true;
    // It also ends when one that holds no lock of ours has the socket, or is about to.
    if (comes_up(whom, std::min(limit, std::chrono::steady_clock::now() + other_limit)))
        return true;
    const char* what = got == readiness::timed_out ? " is not ready in time" : " did not start";
    return fail_no_daemon(why, whom.sgauthd + what + ": run it by hand to see why");
}

bool make_folder(const target& whom, call_failure& why)
{
    if (!whom.where.is_ours || ::mkdir(whom.where.directory.c_str(), 0700) == 0 || errno == EEXIST)
        return true;
    return fail_no_daemon(why, "cannot make " + whom.where.directory + ": " + std::strerror(errno));
}

}  // namespace

bool start_daemon(const target& whom, time_point deadline, call_failure& why)
{
    const auto limit = std::min(deadline, std::chrono::steady_clock::now() + start_limit);
    if (is_closed_account(whom.uid))
        return fail_no_daemon(
            why, "this account cannot log in (its shell says so), so no daemon is started for it"
        );
    start_lock lock;
    if (!make_folder(whom, why) || !lock.take(whom, limit, why))
        return false;
    if (is_listening(whom))
        return true;
    if (const other there = await_other(whom, limit); there != other::none)
        return there == other::listens || fail_stuck(whom, why);
    return user_manager_starts(whom, limit) || run_it(whom, limit, why);
}

}  // namespace sgauth::client
