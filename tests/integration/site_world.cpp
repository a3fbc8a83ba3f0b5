// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/site_world.hpp"

#include "proto/json.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace sgauth::test {

namespace {

// A loaded machine starts a process slower than this, or it does not start.
constexpr int start_limit_ms = 30'000;

struct child {
    pid_t pid;
    int out;
};

child start(const std::vector<std::string>& command)
{
    std::vector<char*> argv;
    for (const auto& word : command)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    child made{-1, ends[0]};
    const int failed = ::posix_spawn(&made.pid, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed) {
        ::close(ends[0]);
        throw std::runtime_error("cannot start " + command.front());
    }
    return made;
}

// What comes until `stop`, or the end.
std::string read_until(int fd, std::optional<char> stop)
{
    std::string out;
    pollfd wait{fd, POLLIN, 0};
    char byte = 0;
    while (::poll(&wait, 1, start_limit_ms) > 0 && ::read(fd, &byte, 1) == 1 && byte != stop)
        out += byte;
    return out;
}

int wait_for(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

std::vector<std::string> with_dir(
    const char* program, const scratch_folder& folder, std::vector<std::string> more
)
{
    more.insert(more.begin(), {program, "--dir", folder.path().string()});
    return more;
}

}  // namespace

scratch_folder::scratch_folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "sgauth-site-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("no scratch folder");
    path_ = name;
}

scratch_folder::~scratch_folder()
{
    std::error_code ignored;  // a leftover in /tmp is no failure of the test
    std::filesystem::remove_all(path_, ignored);
}

server_process::server_process(const std::vector<std::string>& command)
{
    const child made = start(command);
    pid_ = made.pid;
    out_ = made.out;
    const std::string line = read_until(out_, '\n');
    if (!line.starts_with("ready ")) {
        ::kill(pid_, SIGKILL);
        wait_for(pid_);
        ::close(out_);
        throw std::runtime_error(command.front() + " is not ready: " + line);
    }
    where_ = line.substr(6);
}

server_process::~server_process()
{
    ::kill(pid_, SIGTERM);
    wait_for(pid_);
    ::close(out_);
}

stand_in::stand_in(std::vector<std::string> options)
    : process_(with_dir(SGAUTH_FPT_STAND_IN, folder_, std::move(options)))
{
}

std::string stand_in::control(const std::string& verb, const std::string& json) const
{
    const child made = start({SGAUTH_FPT_CONTROL, folder_.path().string(), verb, json});
    std::string said = read_until(made.out, std::nullopt);
    ::close(made.out);
    if (wait_for(made.pid) != 0)
        throw std::runtime_error("the stand-in refused " + verb + ": " + said);
    return said;
}

std::int64_t stand_in::count(std::initializer_list<std::string_view> path) const
{
    proto::json_document document;
    if (document.parse(control("state")) != proto::json_fault::none)
        throw std::runtime_error("the stand-in's state is no JSON");
    proto::json_value at = document.root();
    for (const auto name : path)
        at = at[name];
    return at.as_int().value_or(0);
}

proxy_process::proxy_process(const std::vector<std::string>& options)
    : process_(with_dir(SGAUTH_FPT_PROXY, folder_, options))
{
}

std::string proxy_process::counts() const
{
    std::ifstream file(folder_.path() / "proxy.count");
    return {std::istreambuf_iterator<char>(file), {}};
}

client::client(site_options chosen, site_environment environment)
    : options(std::move(chosen)),
      wire(io.get_executor(), std::move(environment), [this](const site_url&) { return options; }),
      site(wire, time, tasks, [this](const site_url&) { return options; })
{
}

client::~client()
{
    tasks.cancel();
    wire.close();
    io.restart();
    io.run_for(std::chrono::seconds(5));  // what is left after that is a test's failure, not its end
}

site_options trusting(const stand_in& site)
{
    site_options out;
    out.ca_file = site.ca_file();
    out.timeout = std::chrono::seconds(10);
    return out;
}

}  // namespace sgauth::test
