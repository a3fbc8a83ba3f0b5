// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/parts.hpp"

#include <fmt/format.h>

#include <deque>
#include <initializer_list>
#include <memory>

namespace sgauth::bench {

namespace {

// A report this soon after the site accepted the credential is older news, and asks nothing.
constexpr std::chrono::seconds verdict_is_fresh{6};

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// All ask at once, then all read. Milliseconds until the last reply; `check` looks at each.
template <class Check>
double storm(std::deque<line>& clients, const std::string& request, const Check& check)
{
    const auto start = std::chrono::steady_clock::now();
    for (line& one : clients)
        one.send(request);
    for (line& one : clients)
        check(one.receive());
    return seconds_since(start) * 1000;
}

figure storm_figure(std::string part, std::string name, std::string unit, double value)
{
    figure made;
    made.part = std::move(part);
    made.name = std::move(name);
    made.unit = std::move(unit);
    made.value = value;
    return made;
}

figure counted(const std::string& part, std::string name, std::int64_t count, double goal)
{
    figure made = storm_figure(part, std::move(name), "", static_cast<double>(count));
    made.goal = goal;
    return made;
}

std::string report_message(const stage& on, std::int64_t generation)
{
    proto::report_rejected_call what;
    what.id = on.session.id;
    what.generation = generation;
    return message(what);
}

void expect_expired(std::string_view reply)
{
    if (read_reply<proto::report_rejected_reply>(reply).session.state != proto::state::expired)
        throw std::runtime_error("a rejected session did not end");
}

void expect_refusal(std::string_view reply)
{
    try {
        read_reply<proto::get_credential_reply>(reply);
    } catch (const refused& e) {
        if (e.name() == proto::error_name::expired)
            return;
        throw;
    }
    throw std::runtime_error("an expired credential was handed out");
}

}  // namespace

void measure_storm(const stage& on, const amounts& how, report& out)
{
    const std::string part = fmt::format("storm of {} clients", how.storm);
    const auto fresh_until = on.logged_in + verdict_is_fresh;
    if (const auto left = fresh_until - std::chrono::steady_clock::now(); left > left.zero())
        pause_for(std::chrono::ceil<std::chrono::milliseconds>(left));
    std::deque<line> clients;
    for (std::size_t i = 0; i < how.storm; ++i)
        ask_once(clients.emplace_back(on.agent.socket()), on.credential);
    const auto generation =
        read_reply<proto::get_credential_reply>(clients[0].ask(on.credential.request)).session.generation;

    on.site.control("revoke", R"({"login":"bob"})");
    on.site.control("reset_counters");
    const double reports_ms = storm(clients, report_message(on, generation), expect_expired);
    const auto reports = on.site.counted();
    out.add(storm_figure(part, "all have reported one rejected generation", "ms", reports_ms));
    out.add(counted(part, "reads at the site", reports.read, 1));
    out.add(counted(part, "infos at the site", reports.info, 1));
    out.add(counted(part, "requests of any kind at the site", reports.all, 2));

    on.site.control("reset_counters");
    const double asked_ms = storm(clients, on.credential.request, expect_refusal);
    out.add(storm_figure(part, "all were refused the expired session", "ms", asked_ms));
    out.add(counted(part, "requests at the site for that", on.site.counted().all, 0));
}

void measure_sessions(const stage& on, const amounts& how, report& out)
{
    const daemon agent(on.where, on.folder, "sessions", on.site.ca_file());
    line asking(agent.socket());
    log_in(asking, on.site.url(), {"bob", "bob-password"});
    const auto before = private_dirty_kib(agent.pid());
    for (std::size_t i = 1; i < how.sessions; ++i) {
        const std::string name = fmt::format("script_{}", i);
        on.site.control("script", fmt::format(R"({{"name":"{}","key":"key-of-{}"}})", name, name));
        log_in(asking, on.site.url(), {name, "key-of-" + name, true});
    }
    const auto after = private_dirty_kib(agent.pid());
    figure each = memory_figure(fmt::format("for each of {} sessions", how.sessions), after);
    if (before && after)
        each.value = (*after - *before) / static_cast<double>(how.sessions - 1);
    out.add(std::move(each));

    const std::string part = fmt::format("a daemon of {} sessions, open connection", how.sessions);
    talk credential = on.credential;
    credential.socket = agent.socket();
    const talk list{
        "sgauthd, the whole list", agent.socket(), reply_end::nul, message(proto::list_call{}), "{"
    };
    if (call<proto::list_reply>(asking, proto::list_call{}).sessions.size() != how.sessions)
        throw std::runtime_error("the daemon does not list all sessions");
    const bystander echo = bare_echo(on.where, on.folder, credential, on.reply_bytes);
    std::vector<contestant> contestants;
    for (const talk* one : std::initializer_list<const talk*>{&echo.speaks, &credential, &list}) {
        auto open = std::make_shared<line>(one->socket);
        contestants.push_back({one->name, [open, one] { ask_once(*open, *one); }, {}});
    }
    plan by = how.open;
    by.rounds = std::max(1, by.rounds / 5);
    by.turns = std::max(1, by.turns / 10);  // the list is long
    out.add(part, compare(contestants, by));
}

}  // namespace sgauth::bench
