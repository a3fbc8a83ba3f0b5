// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scene.hpp"

#include "tests/bench/measure.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace sgauth::bench {

namespace {

// All of them are there in a fraction of it; a machine that is busy building may take longer.
constexpr std::chrono::seconds start_limit{20};
constexpr std::chrono::milliseconds between_tries{2};

std::string last_words(const std::string& log)
{
    std::ifstream in(log);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    constexpr std::size_t enough = 2000;
    return text.substr(text.size() > enough ? text.size() - enough : 0);
}

// The line "ready URL".
std::string read_url(int from, const std::string& log)
{
    std::string text;
    std::array<char, 256> buffer;
    while (!text.ends_with('\n')) {
        pollfd watched{from, POLLIN, 0};
        const bool is_there = ::poll(&watched, 1, std::chrono::milliseconds(start_limit).count()) > 0;
        const ssize_t got = is_there ? ::read(from, buffer.data(), buffer.size()) : 0;
        if (got <= 0)
            throw std::runtime_error("the stand-in site did not start\n" + last_words(log));
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text.substr(text.find(' ') + 1, text.size() - text.find(' ') - 2);
}

}  // namespace

scratch::scratch()
{
    const char* temporary = std::getenv("TMPDIR");
    folder_ = std::string(temporary && *temporary ? temporary : "/tmp") + "/sgauth_bench.XXXXXX";
    if (!::mkdtemp(folder_.data()))
        throw std::system_error(errno, std::generic_category(), folder_);
}

scratch::~scratch()
{
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string scratch::make_folder(const std::string& name) const
{
    const std::string made = path(name);
    std::filesystem::create_directory(made);
    std::filesystem::permissions(made, std::filesystem::perms::owner_all);
    return made;
}

void await_listener(const std::string& socket, const child& process, const std::string& log)
{
    const auto end = std::chrono::steady_clock::now() + start_limit;
    for (;;) {
        try {
            connect_to(socket);
            return;
        } catch (const std::system_error&) {
            if (!process.is_running() || std::chrono::steady_clock::now() > end)
                throw std::runtime_error("nobody listens at " + socket + "\n" + last_words(log));
        }
        pause_for(between_tries);
    }
}

std::vector<std::string> scratch::environment() const
{
    const char* search = std::getenv("PATH");
    return {std::string("PATH=") + (search ? search : "/usr/bin:/bin"), "LC_ALL=C"};
}

stand_in::stand_in(const programs& where, const scratch& in)
    : where_(where), environment_(in.environment()), folder_(in.make_folder("site"))
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe(ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    const unique_fd reading(ends[0]);
    unique_fd writing(ends[1]);
    const std::string log = in.path("site.log");
    process_ = child({{where.site, "--dir", folder_}, environment_}, {log, writing.get()});
    writing.reset();
    url_ = read_url(reading.get(), log);
}

std::string stand_in::control(const std::string& verb, const std::string& json) const
{
    return output_of({{where_.site_control, folder_, verb, json}, environment_});
}

stand_in::requests stand_in::counted() const
{
    const std::string state = control("state");
    proto::json_document document;
    if (document.parse(state) != proto::json_fault::none)
        throw std::runtime_error("the stand-in's state is no JSON");
    const auto counters = document.root()["counters"];
    const auto of_method = [&](const char* name) { return counters["methods"][name].as_int().value_or(0); };
    return {counters["requests"].as_int().value(), of_method("info"), of_method("read")};
}

command daemon_command(
    const programs& where,
    const scratch& in,
    const std::string& name,
    const std::string& ca_file,
    const std::string& vault_backend
)
{
    const std::string home = in.make_folder(name);
    std::ofstream(home + "/config.toml")
        << (ca_file.empty() ? std::string() : fmt::format("[site]\nca_file = \"{}\"\n", ca_file))
        << fmt::format("[vault]\nbackend = \"{}\"\n", vault_backend);
    std::filesystem::permissions(
        home + "/config.toml", std::filesystem::perms::owner_read | std::filesystem::perms::owner_write
    );
    command made;
    made.words = {where.daemon, "--socket", home + "/agent.sock", "--config", home + "/config.toml"};
    made.environment = in.environment();
    for (const char* variable : {"HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"})
        made.environment.push_back(std::string(variable) + "=" + home);
    made.environment.push_back("SGAUTH_AUTOSTART=0");
    made.environment.push_back("SGAUTH_SOCKET=" + home + "/agent.sock");
    return made;
}

daemon::daemon(const programs& where, const scratch& in, const std::string& name, const std::string& ca_file)
    : socket_(in.path(name) + "/agent.sock")
{
    const command what = daemon_command(where, in, name, ca_file);
    environment_ = what.environment;
    const std::string log = in.path(name + ".log");
    process_ = child(what, {log, -1, -1, child::descriptors::many});
    await_listener(socket_, process_, log);
    line(socket_).ask(get_info_message());
}

void ask_once(line& on, const talk& how)
{
    if (!on.ask(how.request).starts_with(how.begins))
        throw std::runtime_error("an odd reply from " + how.name);
}

bystander bare_echo(const programs& where, const scratch& in, const talk& like, std::size_t reply_bytes)
{
    bystander made;
    made.speaks = {"bare epoll echo", in.path("echo.sock"), reply_end::nul, like.request, "x"};
    const std::string log = in.path("echo.log");
    const std::string request_size = std::to_string(like.request.size());
    made.process = child(
        {{where.itself, "--echo", made.speaks.socket, request_size, std::to_string(reply_bytes)},
         in.environment()},
        {log, -1, -1, child::descriptors::many}
    );
    await_listener(made.speaks.socket, made.process, log);
    return made;
}

std::optional<bystander> ssh_agent(const scratch& in)
{
    const auto program = installed("ssh-agent");
    if (!program)
        return std::nullopt;
    constexpr std::string_view request_identities("\0\0\0\1\13", 5);  // SSH2_AGENTC_REQUEST_IDENTITIES
    constexpr std::string_view no_identities("\0\0\0\5\14", 5);
    bystander made;
    made.speaks = {
        "ssh-agent, list of no keys",
        in.path("ssh.sock"),
        reply_end::ssh_length,
        std::string(request_identities),
        std::string(no_identities)
    };
    const std::string log = in.path("ssh.log");
    made.process = child({{*program, "-D", "-a", made.speaks.socket}, in.environment()}, {log});
    await_listener(made.speaks.socket, made.process, log);
    return made;
}

std::optional<bystander> gpg_agent(const scratch& in)
{
    const auto program = installed("gpg-agent");
    if (!program)
        return std::nullopt;
    bystander made;
    made.speaks = {
        "gpg-agent, GETINFO version", in.path("gpg.sock"), reply_end::assuan_line, "GETINFO version\n", "D "
    };
    const std::string log = in.path("gpg.log");
    const unique_fd socket = listen_at(made.speaks.socket);
    // Supervised, because --daemon forks, and a server whose pid is not ours to know cannot be stopped by it.
    command what{{*program, "--homedir", in.make_folder("gnupg"), "--supervised"}, in.environment()};
    what.environment.push_back("LISTEN_FDNAMES=std");
    made.process = child(what, {log, -1, socket.get()});
    return made;
}

}  // namespace sgauth::bench
