#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A child process of a test: its environment said in full, its stderr in a file, ended with the object.

#include "src/base/unique_fd.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace sgauth::test {

class process {
public:
    struct how {
        std::vector<std::string> arguments;  // the program's path first
        std::vector<std::string> environment;
        std::string errors = "/dev/null";  // where stderr goes
        uid_t uid = ::geteuid();
        int pass = -1;  // a descriptor that the child keeps, under the same number
    };

    explicit process(const how& what) : errors_(what.errors)
    {
        pid_ = ::fork();
        if (pid_ == 0)
            become(what);
    }
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process()
    {
        if (!status_) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    pid_t pid() const { return pid_; }
    void send(int signal) const { ::kill(pid_, signal); }
    // Its exit code, or 128 and the signal; nothing if it has not ended by then.
    std::optional<int> ends_in(std::chrono::milliseconds limit)
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        do {
            int status = 0;
            if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
                status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            if (!status_)
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
        } while (!status_ && std::chrono::steady_clock::now() < end);
        return status_;
    }
    std::string errors() const
    {
        std::ifstream file(errors_);
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    [[noreturn]] static void become(const how& what)
    {
        const int log = ::open(what.errors.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        ::dup2(log, 2);
        if (what.pass >= 0)
            ::fcntl(what.pass, F_SETFD, 0);
        if (what.uid != ::geteuid() && (::setgid(what.uid) != 0 || ::setuid(what.uid) != 0))
            ::_exit(126);
        std::vector<char*> arguments, environment;
        for (const std::string& a : what.arguments)
            arguments.push_back(const_cast<char*>(a.c_str()));
        for (const std::string& e : what.environment)
            environment.push_back(const_cast<char*>(e.c_str()));
        arguments.push_back(nullptr);
        environment.push_back(nullptr);
        ::execve(arguments[0], arguments.data(), environment.data());
        ::_exit(127);
    }

    pid_t pid_ = -1;
    std::string errors_;
    std::optional<int> status_;
};

}  // namespace sgauth::test
