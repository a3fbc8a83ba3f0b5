// SPDX-License-Identifier: Apache-2.0
//
// Loaded into a real daemon (LD_PRELOAD): does what the daemon's fence is there against, as somebody would
// who has taken it over. At once, which is before the fence, and whenever SIGUSR2 comes; and once in the
// thread that writes the store, before its first fsync. Not installed.
//
//   TRESPASS=/file   a line for each act: `read`, `write`, `make`, `remove` or `execute`, a space and a path.
//                    What is made goes again.
//
// A line to stderr for each: `trespass PROGRAM WHEN ACT PATH ERRNO`, 0: it succeeded.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Read while anything may still be read; a signal's handler takes no memory of its own.
char acts[8192];
std::atomic<bool> was_written{false};

int opened(const char* path, int flags)
{
    const int fd = ::open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0)
        return errno;
    ::close(fd);
    return 0;
}

int made(const char* path)
{
    const int why = opened(path, O_WRONLY | O_CREAT | O_EXCL);
    if (why == 0)
        ::unlink(path);
    return why;
}

// Whether the program could be started; what it does then does not matter.
int executed(const char* path)
{
    int told[2];
    if (::pipe2(told, O_CLOEXEC) != 0)
        return errno;
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(path, path, nullptr);
        const int why = errno;
        [[maybe_unused]] const ssize_t sent = ::write(told[1], &why, sizeof why);
        ::_exit(127);
    }
    ::close(told[1]);
    int why = 0;
    if (::read(told[0], &why, sizeof why) != sizeof why)
        why = 0;  // closed by the program that was started
    ::close(told[0]);
    ::waitpid(child, nullptr, 0);
    return why;
}

int tried(const char* act, const char* path)
{
    if (std::strcmp(act, "read") == 0)
        return opened(path, O_RDONLY);
    if (std::strcmp(act, "write") == 0)
        return opened(path, O_WRONLY | O_APPEND);
    if (std::strcmp(act, "make") == 0)
        return made(path);
    if (std::strcmp(act, "remove") == 0)
        return ::unlink(path) == 0 ? 0 : errno;
    return std::strcmp(act, "execute") == 0 ? executed(path) : ENOSYS;
}

void try_all(const char* when)
{
    char copy[sizeof acts];
    std::memcpy(copy, acts, sizeof acts);
    char* rest = copy;
    while (char* line = ::strtok_r(nullptr, "\n", &rest)) {
        char* path = std::strchr(line, ' ');
        if (!path)
            continue;
        *path++ = '\0';
        const int why = tried(line, path);
        ::dprintf(2, "trespass %s %s %s %s %d\n", program_invocation_short_name, when, line, path, why);
    }
}

void on_signal(int)
{
    const int before = errno;
    try_all("signal");
    errno = before;
}

__attribute__((constructor)) void begin()
{
    const char* file = std::getenv("TRESPASS");
    const int fd = file ? ::open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    const ssize_t size = ::read(fd, acts, sizeof acts - 1);
    acts[size > 0 ? size : 0] = '\0';
    ::close(fd);
    struct sigaction wanted{};
    wanted.sa_handler = on_signal;
    wanted.sa_flags = SA_RESTART;
    ::sigaction(SIGUSR2, &wanted, nullptr);
    ::unsetenv("LD_PRELOAD");  // what is started from here on is itself
    try_all("start");
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" int fsync(int fd)
{
    static auto* const next = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fsync"));
    if (acts[0] != '\0' && !was_written.exchange(true))
        try_all("disk");
    return next(fd);
}
#pragma GCC visibility pop
