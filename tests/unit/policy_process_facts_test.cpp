// SPDX-License-Identifier: Apache-2.0
#include "src/base/process_start_unix.hpp"
#include "src/policy/confirmations.hpp"
#include "src/policy/process_facts.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth;
namespace fs = std::filesystem;

namespace {

process_key key_of(pid_t pid)
{
    const int folder = ::open(("/proc/" + std::to_string(pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    const auto started = read_start_time(folder);
    ::close(folder);
    REQUIRE(started);
    return {pid, *started};
}

// `PROGRAM 60`, running by the time that this is made.
class running {
public:
    explicit running(const std::string& program)
    {
        int held[2];
        REQUIRE(::pipe2(held, O_CLOEXEC) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::execl(program.c_str(), program.c_str(), "60", nullptr);
            ::_exit(127);
        }
        ::close(held[1]);
        char byte;
        REQUIRE(::read(held[0], &byte, 1) == 0);  // it has closed its end by starting the program
        ::close(held[0]);
    }
    running(const running&) = delete;
    running& operator=(const running&) = delete;
    ~running() { end(); }

    pid_t pid() const { return pid_; }
    void end()
    {
        if (pid_ <= 0)
            return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

private:
    pid_t pid_ = 0;
};

fs::path sleep_program()
{
    for (const char* path : {"/usr/bin/sleep", "/bin/sleep"})
        if (fs::exists(path))
            return fs::canonical(path);
    return {};
}

}  // namespace

TEST_SUITE("policy.process_facts")
{
    TEST_CASE("a process that the kernel does not name is not known")
    {
        for (const process_key who : {process_key{0, 0}, process_key{0, 5}, process_key{::getpid(), 0}}) {
            const process_facts facts = read_process_facts(who);
            CHECK_FALSE(facts.is_known);
            CHECK(facts.executable.empty());
            CHECK(facts.why_unknown == "the system does not say which process it is");
        }
    }

    TEST_CASE("nothing of a later process with that pid is believed")
    {
        process_key earlier = key_of(::getpid());
        --earlier.start_time;
        const process_facts facts = read_process_facts(earlier);
        CHECK_FALSE(facts.is_known);
        CHECK(facts.why_unknown == "the process has ended");
        CHECK(facts.executable.empty());
        CHECK(facts.cgroup.empty());
        CHECK(facts.inode == 0);
    }

    TEST_CASE("a process that has ended is not known, and no longer what it was")
    {
        running child(sleep_program());
        const process_key key = key_of(child.pid());
        const process_facts before = read_process_facts(key);
        CHECK(before.is_known);
        CHECK(is_same_program(before));
        child.end();
        CHECK(read_process_facts(key).why_unknown == "the process has ended");
        CHECK_FALSE(is_same_program(before));
    }

    TEST_CASE("a program that was removed or replaced is not known, and its file is still told apart")
    {
        test::temp_dir folder;
        const fs::path program = folder.path() / "tool";
        fs::copy_file(sleep_program(), program);
        running child(program);
        const process_facts before = read_process_facts(key_of(child.pid()));
        CHECK(before.is_known);
        CHECK(before.executable == program);
        fs::copy_file(sleep_program(), folder.path() / "new");
        fs::rename(folder.path() / "new", program);
        const process_facts after = read_process_facts(key_of(child.pid()));
        CHECK_FALSE(after.is_known);
        CHECK(after.why_unknown.find("replaced") != std::string::npos);
        CHECK(after.inode == before.inode);
        CHECK(is_same_program(before));
        running another(program);
        CHECK(read_process_facts(key_of(another.pid())).inode != before.inode);
    }

    TEST_CASE("a program that is written anew in place keeps its number, and is told by when it changed")
    {
        test::temp_dir folder;
        const fs::path program = folder.path() / "tool";
        fs::copy_file(sleep_program(), program);
        running first(program);
        const process_facts before = read_process_facts(key_of(first.pid()));
        REQUIRE(before.is_known);
        CHECK(before.changed.count() > 0);
        first.end();  // what runs is not written
        // The kernel's clock of files has steps of milliseconds: until it has gone on.
        for (int tries = 0; tries < 100'000; ++tries) {
            fs::copy_file(sleep_program(), program, fs::copy_options::overwrite_existing);
            struct stat st{};
            REQUIRE(::stat(program.c_str(), &st) == 0);
            if (std::chrono::seconds(st.st_ctim.tv_sec) + std::chrono::nanoseconds(st.st_ctim.tv_nsec) !=
                before.changed)
                break;
        }
        running second(program);
        const process_facts after = read_process_facts(key_of(second.pid()));
        CHECK(after.inode == before.inode);
        CHECK(after.changed > before.changed);
        CHECK(confirmation_of(before, "s", "session_token") != confirmation_of(after, "s", "session_token"));
    }

    TEST_CASE("another program in the same process is another")
    {
        int go[2];
        int started[2];
        REQUIRE(::pipe2(go, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(started, O_CLOEXEC) == 0);
        const pid_t pid = ::fork();
        if (pid == 0) {
            char byte;
            ::close(go[1]);
            if (::read(go[0], &byte, 1) == 1)
                ::execl(sleep_program().c_str(), "sleep", "60", nullptr);
            ::_exit(127);
        }
        ::close(started[1]);
        const process_facts before = read_process_facts(key_of(pid));
        CHECK(is_same_program(before));
        REQUIRE(::write(go[1], "x", 1) == 1);
        char byte;
        CHECK(::read(started[0], &byte, 1) == 0);
        CHECK_FALSE(is_same_program(before));
        CHECK(read_process_facts(key_of(pid)).executable == sleep_program());
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        for (const int fd : {go[0], go[1], started[0]})
            ::close(fd);
    }

    TEST_CASE("we are known to ourselves, in our own namespaces")
    {
        const process_facts facts = read_process_facts(key_of(::getpid()));
        CHECK(facts.is_known);
        CHECK(facts.why_unknown.empty());
        CHECK(facts.executable == fs::canonical("/proc/self/exe"));
        struct stat st{};
        REQUIRE(::stat("/proc/self/exe", &st) == 0);
        CHECK(facts.device == st.st_dev);
        CHECK(facts.inode == st.st_ino);
        CHECK(facts.changed.count() % 1'000'000'000 == st.st_ctim.tv_nsec);
        CHECK_FALSE(facts.cgroup.empty());
        CHECK_FALSE(facts.foreign_mounts);
        CHECK_FALSE(facts.foreign_users);
    }
}
