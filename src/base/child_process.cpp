// SPDX-License-Identifier: Apache-2.0
#include "src/base/child_process.hpp"

#include "proto/utf8.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sgauth {

namespace {

struct pipe_ends {
    unique_fd read, write;

    bool open()
    {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return false;
        read = unique_fd(ends[0]);
        write = unique_fd(ends[1]);
        return true;
    }
};

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    for (std::string& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

int spawn(
    std::vector<std::string> words,
    std::vector<std::string> environment,
    const pipe_ends& in,
    const pipe_ends& out,
    pid_t& child
)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&files, in.read.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, out.write.get(), STDOUT_FILENO);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const std::vector<char*> argv = pointers(words);
    const std::vector<char*> envp = pointers(environment);
    const int cause =
        ::posix_spawn(&child, words.front().c_str(), &files, &attributes, argv.data(), envp.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    return cause;
}

}  // namespace

result<std::pair<child_process, child_process::pipes>> child_process::start(
    const std::string& program, std::vector<std::string> arguments, std::vector<std::string> environment
)
{
    pipe_ends in, out;
    if (!in.open() || !out.open())
        return fail(errc::failed, std::string("cannot start a helper program: ") + std::strerror(errno));
    arguments.insert(arguments.begin(), program);
    pid_t pid = -1;
    if (const int cause = spawn(std::move(arguments), std::move(environment), in, out, pid); cause != 0)
        return fail(errc::failed, "cannot start " + proto::printable(program) + ": " + std::strerror(cause));
    return std::pair(child_process(pid), pipes{std::move(in.write), std::move(out.read)});
}

child_process::~child_process()
{
    if (pid_ < 0)
        return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

unique_fd child_process::open_pidfd() const
{
    return unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

int child_process::exit_code()
{
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace sgauth
