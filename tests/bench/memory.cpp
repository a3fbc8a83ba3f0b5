// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/parts.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sgauth::bench {

namespace {

const std::string part = "memory, private dirty";

// DESIGN.md 7, in KiB.
constexpr double goal_before_contact = 2048;
constexpr double goal_after_contact = 4096;
// What a start leaves to be done after its first answer.
constexpr std::chrono::milliseconds settled{500};

// The pages of a program that was linked a moment ago count as dirty ones of who runs it, until the disk has
// them.
void write_out(const std::string& program)
{
    const int file = ::open(program.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 || ::fsync(file) != 0)
        throw std::system_error(errno, std::generic_category(), program);
    ::close(file);
}

}  // namespace

std::optional<double> private_dirty_kib(pid_t pid)
{
    std::ifstream in(fmt::format("/proc/{}/smaps_rollup", pid));
    for (std::string word; in >> word;)
        if (word == "Private_Dirty:") {
            double kib = 0;
            if (in >> kib)
                return kib;
        }
    return std::nullopt;
}

figure memory_figure(std::string name, std::optional<double> kib, std::optional<double> goal)
{
    figure made;
    made.part = part;
    made.name = std::move(name);
    made.unit = "KiB";
    made.value = kib;
    made.goal = goal;
    if (!kib) {
        made.note = "/proc/PID/smaps_rollup of a process that is not dumpable: only root may read it";
        made.can_miss = true;
    }
    return made;
}

idle_memory::idle_memory(
    const programs& where, const scratch& in, const stand_in& site, const amounts& how, report& out
)
    : wait_(how.idle)
{
    write_out(where.daemon);
    add(where, in, site, "one-certificate CA", true, out);
    add(where, in, site, "system's CA store", false, out);
}

void idle_memory::add(
    const programs& where, const scratch& in, const stand_in& site, std::string name, bool own_ca, report& out
)
{
    const std::string home = own_ca ? "idle_own_ca" : "idle_system_ca";
    idler made{std::move(name), daemon(where, in, home, own_ca ? site.ca_file() : ""), {}, {}, {}};
    pause_for(settled);
    const auto kib = private_dirty_kib(made.agent.pid());
    out.add(memory_figure(
        fmt::format("idle, before the first contact, {}", made.name),
        kib,
        own_ca ? std::optional(goal_before_contact) : std::nullopt
    ));
    if (own_ca)
        made.goal_after = goal_after_contact;
    line on(made.agent.socket());
    try {
        log_in(on, site.url(), {"bob", "bob-password"});
    } catch (const refused& e) {
        if (own_ca)
            throw;
        made.contact = "the contact was refused: the stand-in's CA is not in the store";
    }
    made.at = std::chrono::steady_clock::now();
    idlers_.push_back(std::move(made));
}

void idle_memory::finish(report& out)
{
    for (const idler& one : idlers_) {
        const auto left = one.at + wait_ - std::chrono::steady_clock::now();
        if (left > left.zero())
            pause_for(std::chrono::ceil<std::chrono::milliseconds>(left));
        figure made = memory_figure(
            fmt::format("{} s after the first contact, {}", wait_.count(), one.name),
            private_dirty_kib(one.agent.pid()),
            one.goal_after
        );
        if (made.value)
            made.note = one.contact;
        out.add(std::move(made));
    }
}

}  // namespace sgauth::bench
