#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is measured, part by part. Each adds its figures to the report.

#include "tests/bench/measure.hpp"
#include "tests/bench/report.hpp"
#include "tests/bench/scene.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace sgauth::bench {

// How thorough: the numbers that are meant to be believed, or a look whether everything can be measured.
struct amounts {
    plan open;
    plan connect;
    plan process;
    plan start;
    plan throughput_runs;
    std::chrono::milliseconds throughput_time;
    std::chrono::seconds idle;        // after the first contact, before memory is read
    std::vector<std::size_t> crowds;  // open connections
    std::size_t storm;                // clients
    std::size_t sessions;
};

amounts thorough();
amounts quick();

// What most parts look at: one daemon in which somebody is logged in.
struct stage {
    const programs& where;
    const scratch& folder;
    const stand_in& site;
    const daemon& agent;
    proto::session_info session;
    std::chrono::steady_clock::time_point logged_in;
    talk credential;          // GetCredential of that session
    std::size_t reply_bytes;  // of its reply
};

// A credential on an open connection, and by connect, ask, close; beside an echo, ssh-agent and gpg-agent.
void measure_asking(const stage& on, const amounts& how, report& out);
// 1, 10 and 100 clients.
void measure_throughput(const stage& on, const amounts& how, report& out);
// `sgauth token` beside /bin/true.
void measure_processes(const stage& on, const amounts& how, report& out);
// From the start of the process to its first answer.
void measure_start(const stage& on, const amounts& how, report& out);
// What open connections cost, and what stays when they are gone.
void measure_crowds(const stage& on, const amounts& how, report& out);
// Every client reports the same rejected generation, then asks again. Afterwards the session has ended.
void measure_storm(const stage& on, const amounts& how, report& out);
// Many sessions in one daemon.
void measure_sessions(const stage& on, const amounts& how, report& out);

// Daemons that are left alone for a minute: begun first, finished after everything else.
class idle_memory {
public:
    idle_memory(
        const programs& where, const scratch& in, const stand_in& site, const amounts& how, report& out
    );
    void finish(report& out);

private:
    struct idler {
        std::string name;
        daemon agent;
        std::optional<double> goal_after;
        std::string contact;  // how the first contact went
        std::chrono::steady_clock::time_point at;
    };
    void add(
        const programs& where,
        const scratch& in,
        const stand_in& site,
        std::string name,
        bool own_ca,
        report& out
    );

    std::chrono::seconds wait_;
    std::vector<idler> idlers_;
};

// Private dirty memory in KiB, as the kernel counts it; nothing if it is not ours to read. The daemon lets
// nobody look into it, so only root may.
std::optional<double> private_dirty_kib(pid_t pid);
// The figure of it.
figure memory_figure(std::string name, std::optional<double> kib, std::optional<double> goal = {});

}  // namespace sgauth::bench
