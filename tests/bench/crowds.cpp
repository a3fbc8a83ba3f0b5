// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace sgauth::bench {

namespace {

// The daemon takes 1,024 connections of one process.
constexpr std::size_t per_process = 1000;
constexpr double goal_kept_kib = 1024;
// Connections are closed when their end is noticed, and memory goes back after that.
constexpr std::chrono::seconds let_go{3};

// Connections that have asked once and stay open, held by processes of our own.
class crowd {
public:
    crowd(const talk& how, std::size_t count)
    {
        std::array<int, 2> ready{-1, -1}, release{-1, -1};
        if (::pipe2(ready.data(), O_CLOEXEC) != 0 || ::pipe2(release.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe");
        unique_fd ready_read(ready[0]), ready_write(ready[1]), release_read(release[0]);
        release_ = unique_fd(release[1]);
        std::size_t wanted = 0;
        for (std::size_t left = count; left > 0; ++wanted) {
            const std::size_t share = std::min(left, per_process);
            left -= share;
            const pid_t pid = ::fork();
            if (pid == 0)
                hold(how, share, ready_write.get(), release_read.get());
            if (pid > 0)
                holders_.push_back(pid);
        }
        ready_write.reset();
        char byte = 0;
        for (; all_in_ < wanted && ::read(ready_read.get(), &byte, 1) == 1; ++all_in_)
            ;
        is_whole_ = all_in_ == wanted;
    }
    ~crowd()
    {
        release_.reset();
        for (const pid_t pid : holders_)
            while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR)
                ;
    }
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    bool is_whole() const noexcept { return is_whole_; }

private:
    // In the child, which has a copy of everything of ours and may run no destructor of it.
    [[noreturn]] void hold(const talk& how, std::size_t count, int ready, int release)
    {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(release_.get());
        try {
            std::deque<line> lines;
            for (std::size_t i = 0; i < count; ++i)
                ask_once(lines.emplace_back(how.socket, how.ends), how);
            char byte = 1;
            if (::write(ready, &byte, 1) == 1)
                while (::read(release, &byte, 1) < 0 && errno == EINTR)
                    ;
        } catch (const std::exception& e) {
            fmt::print(stderr, "sgauth_bench: a connection was not served: {}\n", e.what());
        }
        ::_exit(0);
    }

    std::vector<pid_t> holders_;
    unique_fd release_;
    std::size_t all_in_ = 0;
    bool is_whole_ = false;
};

}  // namespace

void measure_crowds(const stage& on, const amounts& how, report& out)
{
    const auto before = private_dirty_kib(on.agent.pid());
    for (const std::size_t count : how.crowds) {
        const crowd held(on.credential, count);
        const auto now = private_dirty_kib(on.agent.pid());
        figure made = memory_figure(fmt::format("for each of {} open connections", count), now);
        if (now && before)
            made.value = std::max(0.0, *now - *before) / static_cast<double>(count);
        if (!held.is_whole()) {
            made.value.reset();
            made.note = "not all of them were served";
            made.can_miss = false;
        }
        out.add(std::move(made));
    }
    pause_for(let_go);
    const auto after = private_dirty_kib(on.agent.pid());
    figure kept = memory_figure(
        fmt::format("more than before, {} connections closed", how.crowds.back()), after, goal_kept_kib
    );
    if (after && before)
        kept.value = std::max(0.0, *after - *before);
    out.add(std::move(kept));
}

}  // namespace sgauth::bench
