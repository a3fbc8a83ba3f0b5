#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What is measured and what is around it: a scratch folder, the stand-in site, the daemon, and the other
// servers that it is compared with. All of it is gone when it goes out of scope.

#include "tests/bench/processes.hpp"
#include "tests/bench/wire.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sgauth::bench {

struct programs {
    std::string itself;
    std::string daemon;
    std::string client;
    std::string bare_server;
    std::string site;
    std::string site_control;
};

class scratch {
public:
    scratch();
    ~scratch();
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    // A new folder in it, 0700.
    std::string make_folder(const std::string& name) const;
    // For every program: nothing of ours but the search path.
    std::vector<std::string> environment() const;

private:
    std::string folder_;
};

// The stand-in of tests/site, steered by its control channel.
class stand_in {
public:
    stand_in(const programs& where, const scratch& in);

    const std::string& url() const noexcept { return url_; }
    std::string ca_file() const { return folder_ + "/ca.pem"; }
    std::string control(const std::string& verb, const std::string& json = "{}") const;

    struct requests {
        std::int64_t all = 0, info = 0, read = 0;
    };
    // Since reset_counters.
    requests counted() const;

private:
    const programs& where_;
    std::vector<std::string> environment_;
    std::string folder_;
    std::string url_;
    child process_;
};

// One sgauthd, in a home of its own.
class daemon {
public:
    // `ca_file` may be empty: the system's certificates. Returns when it answers.
    daemon(const programs& where, const scratch& in, const std::string& name, const std::string& ca_file);

    const std::string& socket() const noexcept { return socket_; }
    pid_t pid() const noexcept { return process_.pid(); }
    const std::vector<std::string>& environment() const noexcept { return environment_; }

private:
    std::string socket_;
    std::vector<std::string> environment_;
    child process_;
};

// Waits until somebody listens there. Throws with the log if the process ends, or does not listen in time.
void await_listener(const std::string& socket, const child& process, const std::string& log);

// The command that starts a daemon called `name`, with its settings and home made ready. Its sessions are in
// memory, unless another vault.backend is named.
command daemon_command(
    const programs& where,
    const scratch& in,
    const std::string& name,
    const std::string& ca_file,
    const std::string& vault_backend = "memory"
);

// How one server is asked, over and over.
struct talk {
    std::string name;
    std::string socket;
    reply_end ends = reply_end::nul;
    std::string request;
    std::string begins;  // how every good reply begins
};

// Throws if the reply is not what it should be.
void ask_once(line& on, const talk& how);

struct bystander {
    talk speaks;
    child process;
};

// Our own bare server, for messages of the sizes that `like` and its reply have.
bystander bare_echo(const programs& where, const scratch& in, const talk& like, std::size_t reply_bytes);
// Nothing if it is not installed.
std::optional<bystander> ssh_agent(const scratch& in);
std::optional<bystander> gpg_agent(const scratch& in);

}  // namespace sgauth::bench
