// SPDX-License-Identifier: Apache-2.0
#include "src/base/helper_process.hpp"

#include "proto/utf8.hpp"
#include "src/base/at_end.hpp"
#include "src/base/deadline.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

using descriptor = net::posix::stream_descriptor;

struct pipe_ends {
    int read = -1;
    int write = -1;

    pipe_ends() = default;
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;
    ~pipe_ends()
    {
        close(read);
        close(write);
    }
    bool open()
    {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return false;
        read = ends[0];
        write = ends[1];
        return true;
    }
    static void close(int& fd)
    {
        if (fd >= 0)
            ::close(std::exchange(fd, -1));
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

// Its signals as a fresh program has them; standard error stays ours, for what it may have to say.
int spawn(helper_call& call, const pipe_ends& in, const pipe_ends& out, pid_t& child)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&files, in.read, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, out.write, STDOUT_FILENO);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> words{call.program};
    words.insert(words.end(), call.arguments.begin(), call.arguments.end());
    const std::vector<char*> argv = pointers(words);
    const std::vector<char*> envp = pointers(call.environment);
    const int cause =
        ::posix_spawn(&child, call.program.c_str(), &files, &attributes, argv.data(), envp.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    return cause;
}

// A child that nobody has waited for yet.
class child_process {
public:
    explicit child_process(pid_t pid) : pid_(pid) {}
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;
    ~child_process()
    {
        if (pid_ < 0)
            return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    int open_pidfd() const { return static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)); }
    // Of one that has ended.
    int exit_code()
    {
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t pid_;
};

net::awaitable<result<std::string>> read_all(descriptor& from)
{
    std::string all;
    all.reserve(max_helper_output);
    std::array<char, 1024> piece;
    const at_end tidy([&piece] { wipe(piece.data(), piece.size()); });
    for (;;) {
        boost::system::error_code ec;
        const std::size_t got =
            co_await from.async_read_some(net::buffer(piece), net::redirect_error(net::use_awaitable, ec));
        if (ec == net::error::operation_aborted)
            throw boost::system::system_error(ec);
        if (ec)
            co_return std::move(all);  // the end, as a rule
        if (all.size() + got > max_helper_output) {
            wipe(all);
            co_return fail(errc::failed, "a helper program says too much");
        }
        all.append(piece.data(), got);
    }
}

net::awaitable<result<helper_end>> run(helper_call call)
{
    const auto executor = co_await net::this_coro::executor;
    pipe_ends in, out;
    if (!in.open() || !out.open())
        co_return fail(errc::failed, std::string("cannot start a helper program: ") + std::strerror(errno));
    pid_t pid = -1;
    if (const int cause = spawn(call, in, out, pid); cause != 0)
        co_return fail(
            errc::failed, "cannot start " + proto::printable(call.program) + ": " + std::strerror(cause)
        );
    child_process child(pid);
    pipe_ends::close(in.read);
    pipe_ends::close(out.write);
    // A page fits into any pipe: this does not block. A helper that has ended already says so by its code.
    const std::string_view input = call.input.reveal();
    [[maybe_unused]] const ssize_t told = ::write(in.write, input.data(), input.size());
    pipe_ends::close(in.write);

    descriptor reading(executor, std::exchange(out.read, -1));
    auto said = co_await read_all(reading);
    if (!said)
        co_return std::unexpected(said.error());
    helper_end end;
    end.output = helper_bytes::take(*said);
    descriptor ended(executor, child.open_pidfd());
    co_await ended.async_wait(descriptor::wait_read, net::use_awaitable);
    end.exit_code = child.exit_code();
    co_return end;
}

}  // namespace

net::awaitable<result<helper_end>> run_helper(helper_call call, std::chrono::steady_clock::duration limit)
{
    auto running = run(std::move(call));
    return with_deadline(std::move(running), limit);
}

}  // namespace sgauth
