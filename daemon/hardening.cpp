// SPDX-License-Identifier: Apache-2.0
#include "daemon/hardening.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sgauth {

namespace {

// A descriptor that is opened later must not become 2 and get our log.
void open_standard_streams()
{
    int fd = 0;
    do
        fd = ::open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        ::close(fd);
}

// Their default action ends the process: one that comes before its handler must wait for it.
void hold_signals()
{
    sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, SIGHUP);
    ::sigaddset(&held, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &held, nullptr);
}

void close_between(unsigned first, unsigned last)
{
    if (first > last)
        return;
    ::syscall(SYS_close_range, first, last, 0u);
}

}  // namespace

std::vector<std::string> harden_process()
{
    std::vector<std::string> failed;
    const auto check = [&failed](int rc, const char* what) {
        if (rc != 0)
            failed.push_back(std::string(what) + ": " + std::strerror(errno));
    };
    open_standard_streams();
    hold_signals();
    ::umask(077);
    const rlimit none{0, 0};
    check(::setrlimit(RLIMIT_CORE, &none), "cannot turn core dumps off");
    check(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "cannot keep other processes from reading our memory");
    check(
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "cannot keep programs that we start from other privileges"
    );
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    check(::sigaction(SIGPIPE, &ignore, nullptr), "cannot ignore SIGPIPE");
    return failed;
}

void let_signals_in()
{
    sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, SIGHUP);
    ::sigaddset(&held, SIGUSR1);
    ::sigprocmask(SIG_UNBLOCK, &held, nullptr);
}

void close_inherited(std::span<const int> keep)
{
    std::vector<int> kept(keep.begin(), keep.end());
    std::erase_if(kept, [](int fd) { return fd <= 2; });
    std::sort(kept.begin(), kept.end());
    unsigned next = 3;
    for (const int fd : kept) {
        close_between(next, static_cast<unsigned>(fd) - 1);
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        next = static_cast<unsigned>(fd) + 1;
    }
    close_between(next, UINT_MAX);
}

}  // namespace sgauth
