// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/parts.hpp"

#include <fmt/format.h>

#include <fstream>
#include <memory>

namespace sgauth::bench {

namespace {

// DESIGN.md 7.
constexpr double goal_open = 1.25;
constexpr double goal_connect = 1.4;
constexpr double goal_process = 1.5;
constexpr double goal_start = 4;

contestant on_open_connection(const talk& how)
{
    auto on = std::make_shared<line>(how.socket, how.ends);
    return {how.name, [on, how] { ask_once(*on, how); }, {}};
}

contestant connecting(const talk& how)
{
    return {
        how.name,
        [how] {
            line on(how.socket, how.ends);
            ask_once(on, how);
        },
        {}
    };
}

figure not_installed(const std::string& part, const std::string& name)
{
    figure made;
    made.part = part;
    made.name = name;
    made.note = "not installed";
    made.can_miss = true;
    return made;
}

}  // namespace

void measure_asking(const stage& on, const amounts& how, report& out)
{
    const bystander echo = bare_echo(on.where, on.folder, on.credential, on.reply_bytes);
    const auto ssh = ssh_agent(on.folder);
    const auto gpg = gpg_agent(on.folder);
    std::vector<const talk*> all{&echo.speaks, &on.credential};
    for (const auto* other : {&ssh, &gpg})
        if (*other)
            all.push_back(&(*other)->speaks);
    const auto measure =
        [&](const std::string& part, contestant (*make)(const talk&), const plan& by, double goal) {
            std::vector<contestant> contestants;
            for (const talk* one : all)
                contestants.push_back(make(*one));
            out.add(part, compare(contestants, by), goal);
            if (!ssh)
                out.add(not_installed(part, "ssh-agent"));
            if (!gpg)
                out.add(not_installed(part, "gpg-agent"));
        };
    measure("a question on an open connection", on_open_connection, how.open, goal_open);
    measure("connect, ask, close", connecting, how.connect, goal_connect);
}

void measure_processes(const stage& on, const amounts& how, report& out)
{
    const std::string part = "a whole process";
    const auto& environment = on.agent.environment();
    const auto ends_well = [&](std::vector<std::string> words, int code) {
        const command what{std::move(words), environment};
        return [what, code] {
            if (run(what) != code)
                throw std::runtime_error(what.words[0] + " failed");
        };
    };
    const std::string true_program = installed("true").value_or("/bin/true");
    std::vector<contestant> contestants{
        {true_program, ends_well({true_program}, 0), {}},
        {"sgauth token", ends_well({on.where.client, "token"}, 0), {}},
    };
    const auto ssh = ssh_agent(on.folder);
    const auto ssh_add = installed("ssh-add");
    if (ssh && ssh_add) {
        command what{{*ssh_add, "-l"}, environment};
        what.environment.push_back("SSH_AUTH_SOCK=" + ssh->speaks.socket);
        contestants.push_back({"ssh-add -l", [what] { run(what); }, {}});
    }
    out.add(part, compare(contestants, how.process), goal_process);
    if (contestants.size() == 2)
        out.add(not_installed(part, "ssh-add"));
}

namespace {

constexpr int stored_sessions = 100;

// A daemon whose sessions lie in a sealed store; it has been stopped again. The key comes as a credential,
// which needs no keyring and no person.
command with_sealed_store(const stage& on, int sessions)
{
    command what = daemon_command(on.where, on.folder, "sealed", on.site.ca_file(), "credential");
    const std::string credentials = on.folder.make_folder("credentials");
    std::ofstream(credentials + "/sgauth.vault-key") << "0123456789abcdef0123456789abcdef";
    what.environment.push_back("CREDENTIALS_DIRECTORY=" + credentials);
    const std::string socket = on.folder.path("sealed") + "/agent.sock";
    const std::string log = on.folder.path("sealed.log");
    child process(what, {log});
    await_listener(socket, process, log);
    line asking(socket);
    for (int i = 0; i < sessions; ++i) {
        const std::string name = fmt::format("stored{}", i);
        on.site.control("script", fmt::format(R"({{"name":"{}","key":"key-of-{}"}})", name, name));
        log_in(asking, on.site.url(), {name, "key-of-" + name, true});
    }
    process.stop();
    return what;
}

}  // namespace

void measure_start(const stage& on, const amounts& how, report& out)
{
    const command ours = daemon_command(on.where, on.folder, "starting", on.site.ca_file());
    const std::string request = get_info_message();
    const std::string reply(line(on.agent.socket()).ask(request));
    const command bare{
        {on.where.bare_server, std::to_string(request.size()), std::to_string(reply.size())},
        on.folder.environment()
    };
    const auto first_answer = [&](const std::string& name, const command& what, const std::string& socket) {
        auto listening = std::make_shared<unique_fd>(listen_at(socket));
        auto process = std::make_shared<child>();
        const child::setup with{on.folder.path(name + ".log"), -1, listening->get()};
        return contestant{
            name,
            // The socket is there already, as it is under systemd: nobody has to guess when to try.
            [listening, process, what, with, socket, request] {
                *process = child(what, with);
                line(socket).ask(request);
            },
            [process] { process->stop(); }
        };
    };
    const auto without_socket = [](command what) {
        what.words.erase(what.words.begin() + 1, what.words.begin() + 3);  // no --socket
        return what;
    };
    const command passed = without_socket(ours);
    const command with_store = without_socket(with_sealed_store(on, stored_sessions));
    // The goal is the second's.
    const std::vector<contestant> contestants{
        first_answer("bare server with the same libraries", bare, on.folder.path("bare.sock")),
        first_answer(
            fmt::format("sgauthd, a sealed store of {} sessions", stored_sessions),
            with_store,
            on.folder.path("sealed") + "/agent.sock"
        ),
        first_answer("sgauthd, no sessions", passed, on.folder.path("starting") + "/agent.sock"),
    };
    out.add("start to first answer", compare(contestants, how.start), goal_start);
}

}  // namespace sgauth::bench
