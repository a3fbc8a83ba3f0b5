// SPDX-License-Identifier: Apache-2.0
//
// sgauth_bench: measures the daemon and the command beside bare ones in the same run. It starts and stops
// everything itself, in a scratch folder; nothing of the user's is touched.
#include "tests/bench/echo_server.hpp"
#include "tests/bench/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace sgauth::bench {
namespace {

constexpr const char* usage =
    R"(usage: sgauth_bench [--quick] [--only PART] [--json FILE] [--daemon PROGRAM] [--client PROGRAM]

  --quick    a look whether everything can be measured, under 30 s; believe no number of it
  --only     one of: asking, processes, start, throughput, memory, storm, sessions
  --json     write the figures there as well
  --daemon, --client
             measure these instead of the ones that were built with it

Exit code 1 if a figure could not be measured; a goal that is missed is no error.
)";

// Twice what it takes on a slow machine; then something hangs.
constexpr std::chrono::minutes limit{15};

struct choices {
    bool quick = false;
    std::string only;
    std::string json;
    programs where;
};

// Where everything that it needs was built.
programs built()
{
    return {
        "/proc/self/exe",
        SGAUTH_BENCH_DAEMON,
        SGAUTH_BENCH_CLIENT,
        SGAUTH_BENCH_BARE_SERVER,
        SGAUTH_BENCH_SITE,
        SGAUTH_BENCH_SITE_CONTROL
    };
}

bool read_choices(int argc, char** argv, choices& out)
{
    constexpr std::string_view parts[] = {
        "asking", "processes", "start", "throughput", "memory", "storm", "sessions"
    };
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        std::string* value = word == "--only"     ? &out.only
                             : word == "--json"   ? &out.json
                             : word == "--daemon" ? &out.where.daemon
                             : word == "--client" ? &out.where.client
                                                  : nullptr;
        if (word == "--quick")
            out.quick = true;
        else if (!value || ++i == argc)
            return false;
        else
            *value = argv[i];
    }
    return out.only.empty() || std::ranges::find(parts, out.only) != std::end(parts);
}

// Crowds need as many descriptors as we may have.
void raise_descriptors()
{
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    now.rlim_cur = now.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &now);
}

stage set_stage(const programs& where, const scratch& folder, const stand_in& site, const daemon& agent)
{
    line on(agent.socket());
    proto::session_info session = log_in(on, site.url(), {"bob", "bob-password"});
    proto::get_credential_call what;
    what.forms = {std::string(proto::form::session_token)};
    talk credential{
        "sgauthd, a credential", agent.socket(), reply_end::nul, message(what), R"({"parameters":{"session":)"
    };
    const std::string_view reply = on.ask(credential.request);
    if (read_reply<proto::get_credential_reply>(reply).session.state != proto::state::valid)
        throw std::runtime_error("the session is not valid after its login");
    return {
        where,
        folder,
        site,
        agent,
        std::move(session),
        std::chrono::steady_clock::now(),
        std::move(credential),
        reply.size()
    };
}

void measure_all(const choices& chosen, report& out)
{
    const amounts how = chosen.quick ? quick() : thorough();
    const auto wants = [&](std::string_view part) { return chosen.only.empty() || chosen.only == part; };
    const scratch folder;
    const stand_in site(chosen.where, folder);
    std::optional<idle_memory> idle;
    if (wants("memory"))
        idle.emplace(chosen.where, folder, site, how, out);
    const daemon agent(chosen.where, folder, "agent", site.ca_file());
    const stage on = set_stage(chosen.where, folder, site, agent);
    if (wants("asking"))
        measure_asking(on, how, out);
    if (wants("processes"))
        measure_processes(on, how, out);
    if (wants("start"))
        measure_start(on, how, out);
    if (wants("throughput"))
        measure_throughput(on, how, out);
    if (wants("sessions"))
        measure_sessions(on, how, out);
    if (wants("memory"))
        measure_crowds(on, how, out);
    if (idle)
        idle->finish(out);
    if (wants("storm"))
        measure_storm(on, how, out);
}

int measure(const choices& chosen)
{
    raise_descriptors();
    end_waits_after(limit);
    report made;
    measure_all(chosen, made);
    fmt::print("{}", made.table());
    if (!chosen.json.empty() && !(std::ofstream(chosen.json) << made.json(chosen.quick)).flush())
        throw std::runtime_error("cannot write " + chosen.json);
    const auto missing = made.missing();
    for (const std::string& what : missing)
        fmt::print(stderr, "sgauth_bench: not measured: {}\n", what);
    return missing.empty() ? 0 : 1;
}

// The hidden mode: bare_echo() starts us again as the server that everything is measured beside.
[[noreturn]] void be_echo(char** argv)
{
    ::unlink(argv[2]);
    const unique_fd listening = listen_at(argv[2]);
    serve_echo(listening.get(), std::strtoul(argv[3], nullptr, 10), std::strtoul(argv[4], nullptr, 10));
}

}  // namespace

amounts thorough()
{
    return {
        .open = {.runs = 5, .rounds = 500, .turns = 20},
        .connect = {.runs = 5, .rounds = 125, .turns = 20},
        .process = {.runs = 5, .rounds = 50, .turns = 8},
        .start = {.runs = 5, .rounds = 20, .turns = 1},
        .throughput_runs = {.runs = 5},
        .throughput_time = std::chrono::milliseconds(500),
        .idle = std::chrono::seconds(60),
        .crowds = {1000, 10'000},
        .storm = 1000,
        .sessions = 1000,
    };
}

amounts quick()
{
    return {
        .open = {.runs = 1, .rounds = 5, .turns = 20},
        .connect = {.runs = 1, .rounds = 5, .turns = 20},
        .process = {.runs = 1, .rounds = 5, .turns = 4},
        .start = {.runs = 1, .rounds = 3, .turns = 1},
        .throughput_runs = {.runs = 1},
        .throughput_time = std::chrono::milliseconds(50),
        .idle = std::chrono::seconds(5),
        .crowds = {100, 1100},
        .storm = 100,
        .sessions = 20,
    };
}

}  // namespace sgauth::bench

int main(int argc, char** argv)
{
    using namespace sgauth::bench;
    try {
        if (argc == 5 && std::string_view(argv[1]) == "--echo")
            be_echo(argv);
        choices chosen;
        chosen.where = built();
        if (read_choices(argc, argv, chosen))
            return measure(chosen);
        std::fputs(usage, stderr);
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "sgauth_bench: %s\n", e.what());
        return 1;
    }
}
