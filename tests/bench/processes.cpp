// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/processes.hpp"

#include "tests/bench/measure.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace sgauth::bench {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr rlim_t wanted_descriptors = 65'536;
constexpr int first_passed = 3;  // SD_LISTEN_FDS_START

std::vector<char*> pointers(std::vector<std::string>& words)
{
    std::vector<char*> made;
    for (std::string& word : words)
        made.push_back(word.data());
    made.push_back(nullptr);
    return made;
}

// Between fork and exec: our process has one thread, so anything may be called.
[[noreturn]] void become(command what, const child::setup& how)
{
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int log = ::open(how.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    ::dup2(how.output >= 0 ? how.output : log, 1);
    ::dup2(log, 2);
    if (how.listening >= 0) {
        if (how.listening == first_passed)
            ::fcntl(first_passed, F_SETFD, 0);
        else
            ::dup2(how.listening, first_passed);
        what.environment.push_back("LISTEN_FDS=1");
        what.environment.push_back("LISTEN_PID=" + std::to_string(::getpid()));
    }
    if (how.limit == child::descriptors::many) {
        const rlimit raised{wanted_descriptors, wanted_descriptors};
        ::setrlimit(RLIMIT_NOFILE, &raised);  // only root may raise it; what came of it is seen later
    }
    ::execve(what.words[0].c_str(), pointers(what.words).data(), pointers(what.environment).data());
    ::_exit(127);
}

int wait_for(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        check_interrupted();
        if (errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "waitpid");
    }
    return status;
}

struct file_actions {
    file_actions() { ::posix_spawn_file_actions_init(&value); }
    ~file_actions() { ::posix_spawn_file_actions_destroy(&value); }
    file_actions(const file_actions&) = delete;
    file_actions& operator=(const file_actions&) = delete;
    posix_spawn_file_actions_t value;
};

pid_t spawn(command& what, const file_actions& actions)
{
    pid_t pid = -1;
    const int failed = ::posix_spawn(
        &pid,
        what.words[0].c_str(),
        &actions.value,
        nullptr,
        pointers(what.words).data(),
        pointers(what.environment).data()
    );
    if (failed != 0)
        throw std::system_error(failed, std::generic_category(), what.words[0]);
    return pid;
}

int exit_code(int status, const std::string& program)
{
    if (!WIFEXITED(status))
        throw std::runtime_error("a signal ended " + program);
    return WEXITSTATUS(status);
}

}  // namespace

child::child(const command& what, const setup& how)
{
    pid_ = ::fork();
    if (pid_ < 0)
        throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0)
        become(what, how);
}

bool child::is_running() const
{
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) != 0)
        pid_ = -1;
    return pid_ > 0;
}

bool child::stop() noexcept
{
    if (!is_running())
        return true;
    ::kill(pid_, SIGTERM);
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        if (!is_running())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    return false;
}

int run(const command& what)
{
    command copy = what;
    file_actions actions;
    ::posix_spawn_file_actions_addopen(&actions.value, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions.value, 1, "/dev/null", O_WRONLY, 0);
    return exit_code(wait_for(spawn(copy, actions)), what.words[0]);
}

std::string output_of(const command& what)
{
    command copy = what;
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    const unique_fd reading(ends[0]);
    unique_fd writing(ends[1]);
    file_actions actions;
    ::posix_spawn_file_actions_adddup2(&actions.value, writing.get(), 1);
    const pid_t pid = spawn(copy, actions);
    writing.reset();
    std::string text;
    char buffer[16 * 1024];
    for (ssize_t got = 0; (got = ::read(reading.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    if (const int code = exit_code(wait_for(pid), what.words[0]); code != 0)
        throw std::runtime_error(what.words[0] + " ended with " + std::to_string(code) + ": " + text);
    return text;
}

std::optional<std::string> installed(const std::string& name)
{
    const char* path = std::getenv("PATH");
    std::string folders = std::string(path ? path : "") + ":/usr/bin:/bin:/usr/sbin:/sbin";
    for (std::size_t at = 0; at < folders.size();) {
        const std::size_t end = std::min(folders.find(':', at), folders.size());
        const std::string program = folders.substr(at, end - at) + "/" + name;
        if (program.front() == '/' && ::access(program.c_str(), X_OK) == 0)
            return program;
        at = end + 1;
    }
    return std::nullopt;
}

}  // namespace sgauth::bench
