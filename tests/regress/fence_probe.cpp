// SPDX-License-Identifier: Apache-2.0
//
// Does one thing that a line of the user unit forbids, or one that it must not: run in the daemon's place.
// Usage: fence_probe ACT [ARGUMENT]. Exit 0: done; 1: refused; 2: no such act; 3: cannot be told here.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <map>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

enum outcome { done = 0, refused = 1, no_such_act = 2, cannot_tell = 3 };

outcome by(bool succeeded)
{
    std::printf("%s\n", succeeded ? "done" : std::strerror(errno));
    return succeeded ? done : refused;
}

outcome dump_core()
{
    const rlimit little{4096, 4096};
    return by(::setrlimit(RLIMIT_CORE, &little) == 0);
}

outcome make_file_for_all(const char* path)
{
    ::unlink(path);
    const int fd = ::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    struct stat st{};
    ::fstat(fd, &st);
    return by((st.st_mode & 0077) != 0);
}

// `path` is this program again, of root's and setuid.
outcome become_root(const char* path)
{
    ::execl(path, path, "am-root", nullptr);
    return by(false);
}

outcome enter_by_another_machine()
{
#if defined(__x86_64__)
    long pid = 20;  // getpid of i386
    __asm__ volatile("int $0x80" : "+a"(pid) : : "memory");
    return by(pid == ::getpid());
#else
    return cannot_tell;
#endif
}

outcome open_exotic_socket()
{
    return by(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
}

outcome open_usual_sockets()
{
    for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK})
        if (::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0)
            return by(false);
    return by(true);
}

outcome write_code()
{
    return by(
        ::mmap(nullptr, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
    );
}

outcome starve_others()
{
    const sched_param lowest{1};
    return by(::sched_setscheduler(0, SCHED_FIFO, &lowest) == 0);
}

outcome set_user_id_bit(const char* path)
{
    ::close(::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700));
    return by(::chmod(path, 04700) == 0);
}

outcome fence_files()
{
    return by(::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0);
}

// As the vault does: a key goes into the user's keyring, is found there, read and taken away again.
outcome keep_key()
{
    constexpr std::array content{'k', 'e', 'y'};
    const char* name = "sgauth:fence_probe";
    const long ring = KEY_SPEC_USER_KEYRING;
    const long made = ::syscall(SYS_add_key, "user", name, content.data(), content.size(), ring);
    std::array<char, 8> read{};
    const bool kept = made > 0 && ::syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "user", name, 0) == made &&
                      ::syscall(SYS_keyctl, KEYCTL_READ, made, read.data(), read.size()) == 3 &&
                      std::memcmp(read.data(), content.data(), content.size()) == 0;
    const outcome what = by(kept);
    ::syscall(SYS_keyctl, KEYCTL_UNLINK, made, ring);
    return what;
}

outcome name_keyring()
{
    const long id = ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1);
    std::printf("%ld\n", id);
    return id > 0 ? done : refused;
}

outcome see_executable(const char* pid)
{
    std::array<char, 4096> path{};
    const std::string link = std::string("/proc/") + pid + "/exe";
    if (::readlink(link.c_str(), path.data(), path.size() - 1) < 0)
        return by(false);
    std::printf("%s\n", path.data());
    return done;
}

}  // namespace

int main(int argc, char** argv)
{
    const char* argument = argc > 2 ? argv[2] : "";
    const std::map<std::string, std::function<outcome()>> acts{
        {"dump-core", dump_core},
        {"file-for-all", [=] { return make_file_for_all(argument); }},
        {"become-root", [=] { return become_root(argument); }},
        {"am-root", [] { return by(::geteuid() == 0); }},
        {"trace", [] { return by(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0); }},
        {"give-away", [=] { return by(::chown(argument, ::geteuid(), ::getegid()) == 0); }},
        {"other-machine", enter_by_another_machine},
        {"exotic-socket", open_exotic_socket},
        {"usual-sockets", open_usual_sockets},
        {"namespace", [] { return by(::unshare(CLONE_NEWUSER) == 0); }},
        {"write-code", write_code},
        {"personality", [] { return by(::personality(ADDR_NO_RANDOMIZE) != -1); }},
        {"realtime", starve_others},
        {"set-user-id-bit", [=] { return set_user_id_bit(argument); }},
        {"fence", fence_files},
        {"keep-key", keep_key},
        {"keyring", name_keyring},
        {"executable", [=] { return see_executable(argument); }},
    };
    const auto act = acts.find(argc > 1 ? argv[1] : "");
    return act == acts.end() ? no_such_act : act->second();
}
