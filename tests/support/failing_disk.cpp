// SPDX-License-Identifier: Apache-2.0
//
// Loaded before the C library (LD_PRELOAD): the disk fails, or the power does, at a chosen moment. Counts the
// calls that change something below one folder, and makes the chosen one of them end the process or fail. Not
// installed.
//
//   FAILING_DISK_BELOW=/folder      whose files count
//   FAILING_DISK_PLAN=/file         holds one line, which is read anew at each call; without the file nothing
//   happens:
//                                   kill-before N | kill-after N | kill-within N   (half of what is written;
//                                   else as kill-before) fail ERRNO CALL...     all calls of these names, or
//                                   `all`, fail short CALL...          writes take one byte count nothing but
//                                   counting
//                                   "fail ERRNO flock" is of flock alone, which neither counts nor is among
//                                   all
//   FAILING_DISK_NETWORK=1          what is asked of the file system below the folder says NFS
//   FAILING_DISK_COUNT=/file        a line is appended for each call that counts: its name and the file's, as
//   NAME:FILE
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace {

enum class fate { goes_on, is_killed_after, is_killed_within, fails, is_short };

std::mutex one_at_a_time;

// Raw system calls: what this library does itself is not counted, nor made to fail.
long raw_open(const char* path, int flags)
{
    return ::syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

template <std::size_t Size>
bool read_plan(char (&text)[Size])
{
    const char* path = std::getenv("FAILING_DISK_PLAN");
    const long fd = path ? raw_open(path, O_RDONLY) : -1;
    if (fd < 0)
        return false;
    const long size = ::syscall(SYS_read, fd, text, Size - 1);
    ::syscall(SYS_close, fd);
    text[size > 0 ? size : 0] = '\0';
    return size > 0;
}

// Without what is added to the name of a file that is being written.
void note(const char* call, const char* file)
{
    const char* path = std::getenv("FAILING_DISK_COUNT");
    const long fd = path ? raw_open(path, O_WRONLY | O_APPEND | O_CREAT) : -1;
    if (fd < 0)
        return;
    const char* slash = std::strrchr(file, '/');
    const char* name = slash ? slash + 1 : file;
    const char* end = std::strstr(name, ".new-");
    const int length = static_cast<int>(end ? end - name : static_cast<std::ptrdiff_t>(std::strlen(name)));
    char line[NAME_MAX + 32];
    const int size = std::snprintf(line, sizeof line, "%s:%.*s\n", call, length, name);
    ::syscall(SYS_write, fd, line, static_cast<std::size_t>(size));
    ::syscall(SYS_close, fd);
}

[[noreturn]] void end_process()
{
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

bool is_named(char* names, const char* call)
{
    for (char *rest = names, *word = nullptr; (word = ::strtok_r(nullptr, " \n", &rest));)
        if (std::strcmp(word, call) == 0 || std::strcmp(word, "all") == 0)
            return true;
    return false;
}

fate fate_of(const char* call, const char* file)
{
    static long calls = 0;
    const std::lock_guard<std::mutex> held(one_at_a_time);
    char plan[256];
    if (!read_plan(plan))
        return fate::goes_on;
    ++calls;
    note(call, file);
    char* rest = plan;
    const char* verb = ::strtok_r(nullptr, " \n", &rest);
    if (!verb || std::strcmp(verb, "count") == 0)
        return fate::goes_on;
    if (std::strcmp(verb, "short") == 0)
        return is_named(rest, call) ? fate::is_short : fate::goes_on;
    const char* number = ::strtok_r(nullptr, " \n", &rest);
    const long wanted = number ? std::strtol(number, nullptr, 10) : 0;
    if (std::strcmp(verb, "fail") == 0) {
        errno = static_cast<int>(wanted);
        return is_named(rest, call) ? fate::fails : fate::goes_on;
    }
    if (calls != wanted)
        return fate::goes_on;
    if (std::strcmp(verb, "kill-after") == 0)
        return fate::is_killed_after;
    if (std::strcmp(verb, "kill-within") == 0 && std::strstr(call, "write"))
        return fate::is_killed_within;
    end_process();
}

bool is_below(const char* path)
{
    const char* folder = std::getenv("FAILING_DISK_BELOW");
    return folder && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

struct path_of {
    explicit path_of(int fd)
    {
        char link[64];
        std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t size = ::readlink(link, text, sizeof text - 1);
        text[size > 0 ? size : 0] = '\0';
    }
    char text[PATH_MAX];
};

template <class Function>
Function* real(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// What the process would see of a call that counts.
template <class Call>
auto through(const char* name, const char* file, Call call) -> decltype(call())
{
    if (!is_below(file))
        return call();
    const fate what = fate_of(name, file);
    if (what == fate::fails)
        return -1;
    const auto end = call();
    if (what == fate::is_killed_after)
        end_process();
    return end;
}

template <class Write>
ssize_t write_through(const char* name, int fd, std::size_t size, Write write)
{
    const path_of file(fd);
    if (!is_below(file.text))
        return write(size);
    const fate what = fate_of(name, file.text);
    if (what == fate::fails)
        return -1;
    const bool is_short = what == fate::is_short && size > 1;
    const ssize_t wrote = write(is_short ? 1 : what == fate::is_killed_within ? size / 2 : size);
    if (what == fate::is_killed_within || what == fate::is_killed_after)
        end_process();
    return wrote;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

ssize_t write(int fd, const void* data, size_t size)
{
    static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
    return write_through("write", fd, size, [&](size_t some) { return next(fd, data, some); });
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at)
{
    static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    return write_through("pwrite", fd, size, [&](size_t some) { return next(fd, data, some, at); });
}

int fsync(int fd)
{
    static auto* const next = real<int(int)>("fsync");
    return through("fsync", path_of(fd).text, [&] { return next(fd); });
}

int ftruncate(int fd, off_t size)
{
    static auto* const next = real<int(int, off_t)>("ftruncate");
    return through("ftruncate", path_of(fd).text, [&] { return next(fd, size); });
}

int rename(const char* from, const char* to)
{
    static auto* const next = real<int(const char*, const char*)>("rename");
    return through("rename", to, [&] { return next(from, to); });
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags)
{
    static auto* const next = real<int(int, const char*, int, const char*, unsigned)>("renameat2");
    const auto call = [&] { return next(from_folder, from, to_folder, to, flags); };
    return through("renameat2", to, call);
}

int unlink(const char* path)
{
    static auto* const next = real<int(const char*)>("unlink");
    return through("unlink", path, [&] { return next(path); });
}

// Only where it makes a file.
int open(const char* path, int flags, ...)
{
    static auto* const next = real<int(const char*, int, ...)>("open");
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const auto call = [&] { return next(path, flags, mode); };
    return (flags & O_CREAT) != 0 ? through("open", path, call) : call();
}

int open64(const char* path, int flags, ...) __attribute__((alias("open")));

// The kernel's lock, but for a plan that names it.
int flock(int fd, int operation)
{
    static auto* const next = real<int(int, int)>("flock");
    char plan[256];
    int why = 0;
    int named = 0;
    const bool is_meant = is_below(path_of(fd).text) && read_plan(plan) &&
                          std::sscanf(plan, "fail %d flock%n", &why, &named) == 1 && named > 0;
    if (!is_meant)
        return next(fd, operation);
    errno = why;
    return -1;
}

int fstatfs(int fd, struct statfs* out)
{
    static auto* const next = real<int(int, struct statfs*)>("fstatfs");
    const int done = next(fd, out);
    if (done == 0 && std::getenv("FAILING_DISK_NETWORK") && is_below(path_of(fd).text))
        out->f_type = 0x6969;
    return done;
}
}
#pragma GCC visibility pop
