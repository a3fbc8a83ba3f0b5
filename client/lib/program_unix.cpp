// SPDX-License-Identifier: Apache-2.0
#include "client/lib/program_unix.hpp"

#include "client/lib/descriptor_unix.hpp"
#include "client/lib/wait_unix.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sgauth::client {

namespace {

constexpr int ready_descriptor = 3;
constexpr std::chrono::milliseconds reap_pause{10};

// All that the new process needs, made before the fork: after it, in a process with threads, memory cannot be
// had.
class image {
public:
    explicit image(const program& what)
        : arguments_(pointers(what.arguments)),
          environment_(pointers(what.environment)),
          last_descriptor_(highest())
    {
    }

    // Becomes the program. `ready` is kept as ready_descriptor, -1 for none. Async-signal-safe throughout.
    [[noreturn]] void become(int ready) const noexcept
    {
        drop_signals();
        ::setsid();
        ::umask(077);
        const int null = ::open("/dev/null", O_RDWR);
        // Parked out of the way first: it may stand where a standard stream goes.
        const int parked = ready < 0 ? -1 : ::fcntl(ready, F_DUPFD, ready_descriptor + 1);
        if (::chdir("/") != 0 || null < 0)
            ::_exit(127);
        for (int stream = 0; stream < ready_descriptor; ++stream)
            ::dup2(null, stream);
        if (parked >= 0)
            ::dup2(parked, ready_descriptor);
        close_from(parked >= 0 ? ready_descriptor + 1 : ready_descriptor);
        ::execve(arguments_[0], arguments_.data(), environment_.data());
        ::_exit(127);
    }

private:
    static std::vector<char*> pointers(const std::vector<std::string>& texts)
    {
        std::vector<char*> out;
        for (const std::string& text : texts)
            out.push_back(const_cast<char*>(text.c_str()));  // execve(2) changes none of them
        out.push_back(nullptr);
        return out;
    }
    static int highest() noexcept
    {
        constexpr rlim_t enough = 65'536;  // for kernels without close_range
        rlimit limit{};
        const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < enough;
        return static_cast<int>(known ? limit.rlim_cur : enough);
    }
    static void drop_signals() noexcept
    {
        struct sigaction plain{};
        plain.sa_handler = SIG_DFL;
        for (int signal = 1; signal < NSIG; ++signal)
            ::sigaction(signal, &plain, nullptr);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
    }
    void close_from(int first) const noexcept
    {
#ifdef SYS_close_range
        if (::syscall(SYS_close_range, static_cast<unsigned>(first), ~0u, 0u) == 0)
            return;
#endif
        for (int descriptor = first; descriptor < last_descriptor_; ++descriptor)
            ::close(descriptor);
    }

    std::vector<char*> arguments_;
    std::vector<char*> environment_;
    int last_descriptor_;
};

// Keeps the host's signal handlers from running in the child before it has dropped them.
class blocked_signals {
public:
    blocked_signals() noexcept
    {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~blocked_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;

private:
    sigset_t before_;
};

}  // namespace

bool run_to_end(const program& what, time_point deadline)
{
    const image made(what);
    pid_t child = -1;
    {
        const blocked_signals quiet;
        child = ::fork();
        if (child == 0)
            made.become(-1);
    }
    if (child < 0)
        return false;
    int status = 0;
    while (true) {
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child)
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (ended < 0 && errno != EINTR)
            return errno == ECHILD;
        if (!nap(reap_pause, deadline))
            break;
    }
    ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return false;
}

readiness run_until_ready(const program& what, time_point deadline)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return readiness::not_run;
    for (int& end : ends)
        end = above_standard(end);
    if (ends[0] < 0 || ends[1] < 0) {
        for (const int end : ends)
            ::close(end);
        return readiness::not_run;
    }
    program with_ready = what;
    with_ready.arguments.insert(with_ready.arguments.end(), {"--ready-fd", std::to_string(ready_descriptor)});
    const image made(with_ready);
    pid_t child = -1;
    {
        const blocked_signals quiet;
        child = ::fork();
        if (child == 0) {
            // Once more, so that the daemon is a child of init and the host has none that it did not ask for.
            const pid_t daemon = ::fork();
            if (daemon == 0)
                made.become(ends[1]);
            ::_exit(daemon < 0 ? 127 : 0);
        }
    }
    ::close(ends[1]);
    int status = 0;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    readiness result = child > 0 ? readiness::timed_out : readiness::not_run;
    char byte = 0;
    if (child > 0 && wait_for(ends[0], POLLIN, deadline) == wait_result::ready)
        result = ::read(ends[0], &byte, 1) == 1 ? readiness::ready : readiness::ended;
    ::close(ends[0]);
    return result;
}

}  // namespace sgauth::client
