// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/measure.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <stdexcept>
#include <sys/time.h>
#include <thread>

namespace sgauth::bench {

namespace {

using ticks = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted = 0;

void note_signal(int which)
{
    interrupted = which;
}

double time_once(const contestant& who)
{
    const auto start = ticks::now();
    who.once();
    const auto end = ticks::now();
    if (who.after)
        who.after();
    return std::chrono::duration<double, std::micro>(end - start).count();
}

struct run_numbers {
    double median_us, p99_us;
};

// One run: a row of numbers for each contestant.
std::vector<run_numbers> run_once(const std::vector<contestant>& contestants, const plan& how)
{
    std::vector<std::vector<double>> times(contestants.size());
    for (int round = 0; round < how.rounds; ++round) {
        check_interrupted();
        for (std::size_t i = 0; i < contestants.size(); ++i)
            for (int turn = 0; turn < how.turns; ++turn)
                times[i].push_back(time_once(contestants[i]));
    }
    std::vector<run_numbers> made;
    for (auto& of_one : times) {
        const double middle = quantile(of_one, 0.5);
        made.push_back({middle, quantile(of_one, 0.99)});
    }
    return made;
}

outcome sum_up(std::string name, const std::vector<std::vector<run_numbers>>& runs, std::size_t which)
{
    std::vector<double> medians, p99s, ratios, p99_ratios;
    for (const auto& run : runs) {
        medians.push_back(run[which].median_us);
        p99s.push_back(run[which].p99_us);
        ratios.push_back(run[which].median_us / run[0].median_us);
        p99_ratios.push_back(run[which].p99_us / run[0].p99_us);
    }
    const auto [least, most] = std::ranges::minmax(ratios);
    return {std::move(name), median(medians), median(p99s), median(ratios), least, most, median(p99_ratios)};
}

}  // namespace

double quantile(std::vector<double>& values, double part)
{
    std::ranges::sort(values);
    const auto place = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
    return values.at(place == 0 ? 0 : place - 1);
}

double median(std::vector<double> values)
{
    return quantile(values, 0.5);
}

std::vector<outcome> compare(const std::vector<contestant>& contestants, const plan& how)
{
    for (const contestant& who : contestants)  // what happens once only is no news: caches, lazy binding
        for (int turn = 0; turn < how.turns; ++turn)
            time_once(who);
    std::vector<std::vector<run_numbers>> runs;
    for (int run = 0; run < how.runs; ++run)
        runs.push_back(run_once(contestants, how));
    std::vector<outcome> made;
    for (std::size_t i = 0; i < contestants.size(); ++i)
        made.push_back(sum_up(contestants[i].name, runs, i));
    return made;
}

void end_waits_after(std::chrono::seconds limit)
{
    struct sigaction action{};
    action.sa_handler = note_signal;  // without SA_RESTART: a wait ends with EINTR
    for (const int signal : {SIGINT, SIGTERM, SIGALRM})
        ::sigaction(signal, &action, nullptr);
    // Again each second: the first may come just before a wait begins.
    const itimerval timer{{1, 0}, {limit.count(), 0}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void check_interrupted()
{
    if (interrupted != 0)
        throw std::runtime_error(interrupted == SIGALRM ? "out of time" : "interrupted");
}

void pause_for(std::chrono::milliseconds time)
{
    const auto end = ticks::now() + time;
    for (auto now = ticks::now(); now < end; now = ticks::now()) {
        check_interrupted();
        std::this_thread::sleep_for(std::min<ticks::duration>(end - now, std::chrono::milliseconds(50)));
    }
}

}  // namespace sgauth::bench
