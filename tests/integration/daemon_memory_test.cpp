// SPDX-License-Identifier: Apache-2.0
//
// What another process of the daemon's own user gets of its memory and descriptors: nothing. Each way in is
// shown to be one with a program that does not close it.

#include "tests/integration/daemon_other_user.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

using namespace sgauth::test;

namespace {

using way_in = std::function<bool(pid_t)>;

// 0 where a process of the daemon's user gets in, else the errno.
int tried_by_its_user(pid_t into, const way_in& way)
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgid(daemon_uid) != 0 || ::setuid(daemon_uid) != 0)
            ::_exit(255);
        errno = 0;
        ::_exit(way(into) ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

std::string in_proc(pid_t pid, const char* name)
{
    return "/proc/" + std::to_string(pid) + "/" + name;
}

bool opens(pid_t pid, const char* name, int how = O_RDONLY)
{
    return ::open(in_proc(pid, name).c_str(), how | O_CLOEXEC) >= 0;
}

bool traces(pid_t pid)
{
    return ::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) == 0;
}

bool seizes(pid_t pid)
{
    return ::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0;
}

// Nothing is mapped at 16: who may read there at all is told EFAULT.
bool reads_memory(pid_t pid)
{
    char byte = 0;
    const iovec here{&byte, 1};
    const iovec there{reinterpret_cast<void*>(16), 1};
    return ::process_vm_readv(pid, &here, 1, &there, 1, 0) == 1 || errno == EFAULT;
}

bool takes_descriptor(pid_t pid)
{
    const long process = ::syscall(SYS_pidfd_open, pid, 0);
    return process >= 0 && ::syscall(SYS_pidfd_getfd, process, 0, 0) >= 0;
}

struct beside {
    beside()
    {
        auto plain = daemon.how();
        plain.arguments = {"/bin/sleep", "60"};
        plain.uid = daemon_uid;
        // A kernel that lets processes trace their own children alone (Yama) would refuse all of it anyway.
        other = std::make_unique<process>(plain);
        within(std::chrono::seconds(5), [&] {
            return std::filesystem::read_symlink(in_proc(other->pid(), "exe")).filename() !=
                   "integration_daemon";
        });
    }
    other_users_daemon daemon;
    std::unique_ptr<process> other;

    void closed(const way_in& way, int refusal) const
    {
        CHECK(tried_by_its_user(daemon.runs->pid(), way) == refusal);
        CHECK(tried_by_its_user(other->pid(), way) == 0);
    }
};

bool can_be_others()
{
    if (::geteuid() == 0)
        return true;
    MESSAGE("skipped: needs root, to be another user");  // which ctest reads
    return false;
}

}  // namespace

TEST_SUITE("daemon.memory")
{
    TEST_CASE("no other process of its user traces it, or reads or writes its memory")
    {
        if (!can_be_others())
            return;
        const beside both;
        REQUIRE(both.daemon.serves());
        both.closed(traces, EPERM);
        both.closed(seizes, EPERM);
        both.closed(reads_memory, EPERM);
        both.closed([](pid_t pid) { return opens(pid, "mem"); }, EACCES);
        both.closed([](pid_t pid) { return opens(pid, "mem", O_RDWR); }, EACCES);
    }

    TEST_CASE("nor looks at its mappings or environment, nor takes a descriptor of it")
    {
        if (!can_be_others())
            return;
        const beside both;
        REQUIRE(both.daemon.serves());
        both.closed([](pid_t pid) { return opens(pid, "maps"); }, EACCES);
        both.closed([](pid_t pid) { return opens(pid, "environ"); }, EACCES);
        both.closed([](pid_t pid) { return opens(pid, "fd"); }, EACCES);
        both.closed([](pid_t pid) { return opens(pid, "exe"); }, EACCES);
        both.closed(takes_descriptor, EPERM);
    }

    TEST_CASE("it leaves no core, however it ends")
    {
        if (!can_be_others())
            return;
        const other_users_daemon d;
        REQUIRE(d.serves());
        std::ifstream limits(in_proc(d.runs->pid(), "limits"));
        std::string line;
        while (std::getline(limits, line) && !line.starts_with("Max core file size"))
            ;
        CHECK(line.find(" 0 ") != std::string::npos);
        CHECK(line.find(" 0 ") != line.rfind(" 0 "));  // nor can it be raised again
    }
}
