// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace sgauth::bench {

namespace {

constexpr int at_a_time = 64;
constexpr int longest_silence_ms = 10'000;

// `clients` connections driven by one thread, each asking as soon as it was answered.
class askers {
public:
    askers(const talk& how, std::size_t clients) : how_(how), epoll_(::epoll_create1(EPOLL_CLOEXEC))
    {
        for (std::size_t i = 0; i < clients; ++i) {
            sockets_.push_back(connect_to(how.socket));
            epoll_event wanted{};
            wanted.events = EPOLLIN;
            wanted.data.fd = sockets_.back().get();
            ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wanted.data.fd, &wanted);
            ask(wanted.data.fd);
        }
    }

    // Answers a second, over `time`.
    double rate(std::chrono::milliseconds time)
    {
        const auto start = std::chrono::steady_clock::now();
        auto now = start;
        std::size_t answers = 0;
        for (; now < start + time; now = std::chrono::steady_clock::now())
            answers += turn();
        return static_cast<double>(answers) / std::chrono::duration<double>(now - start).count();
    }

private:
    void ask(int fd)
    {
        if (::send(fd, how_.request.data(), how_.request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(how_.request.size()))
            throw std::runtime_error(how_.name + " takes no more requests");
    }

    std::size_t turn()
    {
        std::array<epoll_event, at_a_time> events;
        const int count = ::epoll_wait(epoll_.get(), events.data(), at_a_time, longest_silence_ms);
        check_interrupted();
        if (count <= 0)
            throw std::runtime_error(how_.name + " fell silent");
        std::size_t answers = 0;
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            const ssize_t got = ::recv(fd, buffer_.data(), buffer_.size(), 0);
            if (got <= 0)
                throw std::runtime_error(how_.name + " closed a connection");
            if (buffer_[static_cast<std::size_t>(got) - 1] != '\0')
                continue;
            ++answers;
            ask(fd);
        }
        return answers;
    }

    const talk& how_;
    unique_fd epoll_;
    std::vector<unique_fd> sockets_;
    std::array<char, 64 * 1024> buffer_;
};

figure rate_figure(std::size_t clients, const std::string& name, std::vector<double> rates)
{
    figure made;
    made.part = fmt::format("answers a second, {} client{}", clients, clients == 1 ? "" : "s");
    made.name = name;
    made.unit = "/s";
    made.value = median(std::move(rates));
    return made;
}

}  // namespace

void measure_throughput(const stage& on, const amounts& how, report& out)
{
    const bystander echo = bare_echo(on.where, on.folder, on.credential, on.reply_bytes);
    for (const std::size_t clients : {1U, 10U, 100U}) {
        std::vector<double> of_echo, of_ours, ratios;
        for (int run = 0; run < how.throughput_runs.runs; ++run) {
            of_echo.push_back(askers(echo.speaks, clients).rate(how.throughput_time));
            of_ours.push_back(askers(on.credential, clients).rate(how.throughput_time));
            ratios.push_back(of_ours.back() / of_echo.back());
        }
        out.add(rate_figure(clients, echo.speaks.name, of_echo));
        figure ours = rate_figure(clients, on.credential.name, of_ours);
        ours.ratio = median(ratios);
        ours.ratio_least = std::ranges::min(ratios);
        ours.ratio_most = std::ranges::max(ratios);
        ours.note = "more is better";
        out.add(std::move(ours));
    }
}

}  // namespace sgauth::bench
