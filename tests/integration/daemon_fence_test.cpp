// SPDX-License-Identifier: Apache-2.0
//
// The fence around files, and who looks over it. Each act is tried by a process of its own, fenced and not:
// what the fence refuses succeeds without it.

#include "daemon/fence.hpp"
#include "daemon/onlooker.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth;
namespace fs = std::filesystem;

namespace {

bool has_landlock()
{
    constexpr unsigned asks_for_version = 1;
    const bool has = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, asks_for_version) >= 1;
    if (!has)
        MESSAGE("skipped: this kernel has no Landlock");  // which ctest reads
    return has;
}

// 0 where `act` returns true, else the errno that it left; 255: there is no fence.
int tried(const std::function<bool()>& act, const fence_openings* openings)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (openings && !put_up_fence(*openings))
            ::_exit(255);
        errno = 0;
        ::_exit(act() ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

bool writes(const fs::path& file)
{
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd >= 0 && ::write(fd, "x", 1) == 1;
}

// Whether the program could be started; what it says of itself does not matter.
bool runs(const char* program)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(program, program, nullptr);
        ::_exit(errno == EACCES ? 126 : 125);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool started = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    errno = WEXITSTATUS(status) == 126 ? EACCES : ENOEXEC;
    return started;
}

bool connects_to(const fs::path& socket)
{
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    socket.native().copy(at.sun_path, sizeof at.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
}

std::string executable_of(std::string_view pid)
{
    std::error_code none;
    return fs::read_symlink("/proc/" + std::string(pid) + "/exe", none).native();
}

struct folders {
    folders()
    {
        for (const fs::path& made : {state, run, other})
            fs::create_directory(made);
        for (const fs::path& made : {state, run, other})
            writes(made / "there");
        openings.kept_in = {state};
        openings.removed_from = {run};
        openings.programs = {"/bin/true", folder / "is-not-there"};
    }
    test::temp_dir folder;
    fs::path state = folder / "state", run = folder / "run", other = folder / "other";
    fence_openings openings;

    void refused(const std::function<bool()>& act) const
    {
        CHECK(tried(act, &openings) == EACCES);
        CHECK(tried(act, nullptr) == 0);
        writes(other / "there");  // whatever was done to it
    }
    void allowed(const std::function<bool()>& act) const { CHECK(tried(act, &openings) == 0); }
};

}  // namespace

TEST_SUITE("daemon.fence")
{
    TEST_CASE("nothing is written, made or taken away outside of the state folder")
    {
        if (!has_landlock())
            return;
        const folders f;
        f.refused([&] { return writes(f.other / "there"); });
        f.refused([&] { return ::truncate((f.other / "there").c_str(), 0) == 0; });
        f.refused([&] { return ::unlink((f.other / "there").c_str()) == 0; });
        f.refused([&] { return writes(f.other / "new"); });
        f.refused([&] { return ::mkdir((f.other / "folder").c_str(), 0700) == 0; });
        f.refused([&] { return ::rmdir((f.other / "folder").c_str()) == 0; });
        f.refused([&] { return ::symlink("/", (f.other / "link").c_str()) == 0; });
        f.refused([&] { return ::mkfifo((f.other / "fifo").c_str(), 0600) == 0; });
        f.refused([&] { return ::rename((f.other / "there").c_str(), (f.other / "moved").c_str()) == 0; });
        // A link in the state folder that leads out of it.
        REQUIRE(::symlink((f.other / "there").c_str(), (f.state / "out").c_str()) == 0);
        f.refused([&] { return writes(f.state / "out"); });
    }

    TEST_CASE("a file does not leave the state folder, nor come in from elsewhere")
    {
        if (!has_landlock())
            return;
        const folders f;
        const auto moves = [](const fs::path& from, const fs::path& to) {
            return ::link(from.c_str(), to.c_str()) == 0;
        };
        CHECK(tried([&] { return moves(f.state / "there", f.other / "left"); }, nullptr) == 0);
        const int left = tried([&] { return moves(f.state / "there", f.other / "left too"); }, &f.openings);
        CHECK((left == EXDEV || left == EACCES));
        const int come = tried([&] { return moves(f.other / "there", f.state / "came"); }, &f.openings);
        CHECK((come == EXDEV || come == EACCES));
    }

    TEST_CASE("in the state folder it may do what keeping a store takes")
    {
        if (!has_landlock())
            return;
        const folders f;
        f.allowed([&] {
            const fs::path fresh = f.state / "fresh", file = f.state / "file";
            return writes(fresh) && ::truncate(fresh.c_str(), 0) == 0 &&
                   ::rename(fresh.c_str(), file.c_str()) == 0 && ::unlink(file.c_str()) == 0;
        });
        f.allowed([&] {
            const fs::path below = f.state / "below";
            return ::mkdir(below.c_str(), 0700) == 0 && writes(below / "file") &&
                   ::unlink((below / "file").c_str()) == 0 && ::rmdir(below.c_str()) == 0;
        });
    }

    TEST_CASE("in the socket's folder it may take files away, and nothing else")
    {
        if (!has_landlock())
            return;
        const folders f;
        f.refused([&] { return writes(f.run / "there"); });
        f.refused([&] { return writes(f.run / "new"); });
        f.allowed([&] { return ::unlink((f.run / "there").c_str()) == 0; });
    }

    TEST_CASE("it may read, load libraries, use what is open, write to nowhere and connect as before")
    {
        if (!has_landlock())
            return;
        const folders f;
        f.allowed([&] { return ::open((f.other / "there").c_str(), O_RDONLY | O_CLOEXEC) >= 0; });
        f.allowed([] { return ::dlopen("libm.so.6", RTLD_NOW) != nullptr; });  // maps it to execute it
        f.allowed([] { return writes("/dev/null"); });
        const int before = ::open((f.other / "there").c_str(), O_RDWR | O_CLOEXEC);
        f.allowed([&] { return ::write(before, "x", 1) == 1 && ::ftruncate(before, 0) == 0; });
        ::close(before);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        const fs::path bus = f.other / "bus";
        bus.native().copy(at.sun_path, sizeof at.sun_path - 1);
        const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(listening, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(::listen(listening, 4) == 0);
        f.allowed([&] { return connects_to(bus); });
        ::close(listening);
    }

    TEST_CASE("it starts its helper program and no other, and what it starts is fenced as well")
    {
        if (!has_landlock())
            return;
        const folders f;
        f.refused([] { return runs("/bin/ls"); });
        f.allowed([] { return runs("/bin/true"); });
        fence_openings with_shell = f.openings;
        with_shell.programs = {"/bin/sh"};
        const std::string script = "echo x >" + (f.other / "by-a-child").native();
        const auto act = [&] {
            const pid_t child = ::fork();
            if (child == 0) {
                ::execl("/bin/sh", "sh", "-c", (script + " 2>/dev/null").c_str(), nullptr);
                ::_exit(99);
            }
            int status = 0;
            ::waitpid(child, &status, 0);
            errno = WEXITSTATUS(status);
            return status == 0;
        };
        CHECK(tried(act, nullptr) == 0);
        const int refused = tried(act, &with_shell);
        CHECK((refused == 1 || refused == 2));  // the shell's word for what it cannot open
    }

    TEST_CASE("nothing is open where no helper program is there")
    {
        if (!has_landlock())
            return;
        folders f;
        f.openings.programs = {f.folder / "is-not-there"};
        f.refused([] { return runs("/bin/true"); });
        f.openings.kept_in = {f.folder / "is-not-there", ""};
        f.refused([&] { return writes(f.state / "there"); });
    }

    TEST_CASE(
        "the onlooker sees over the fence what the fenced do not, and one that hangs or has ended is lost "
        "for good"
    )
    {
        if (!has_landlock())
            return;
        const auto looks = [](std::string_view pid) {
            while (pid == "hang")
                ::pause();
            if (pid == "crash")
                ::raise(SIGKILL);
            return pid == "big" ? std::string(onlooker::largest_message + 1, 'x') : executable_of(pid);
        };
        auto sees = onlooker::start(looks);
        REQUIRE(sees);
        // A process beside us: a fenced one sees its own children.
        const std::string beside = std::to_string(::getpid());
        const std::string own = executable_of("self");
        const folders f;
        CHECK(tried([&] { return executable_of(beside) == own; }, nullptr) == 0);
        CHECK(tried([&] { return executable_of(beside).empty(); }, &f.openings) == 0);
        CHECK(tried([&] { return sees->ask(beside) == own; }, &f.openings) == 0);
        // The children's copies asked under the same numbers as we do from here on; all is answered by now.
        CHECK(sees->ask("0") == "");
        CHECK(sees->ask("big") == "");
        CHECK(sees->ask(std::string(onlooker::largest_message, '1')) == "");
        CHECK_FALSE(sees->ask(std::string(onlooker::largest_message + 1, '1')));
        CHECK_FALSE(sees->is_lost());
        CHECK_FALSE(sees->ask("hang"));
        CHECK(sees->is_lost());
        CHECK_FALSE(sees->ask(beside));
        auto another = onlooker::start(looks);
        REQUIRE(another);
        CHECK(another->ask(beside) == own);
        CHECK_FALSE(another->ask("crash"));
        CHECK(another->is_lost());
        CHECK_FALSE(another->ask(beside));
    }
}
