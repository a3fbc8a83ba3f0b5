// SPDX-License-Identifier: Apache-2.0
#include "client/lib/channel.hpp"
#include "client_fake_daemon.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <pwd.h>
#include <sstream>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace sgauth;
using namespace sgauth::client;
using namespace sgauth::test;

namespace {

// What the user database says in this moment: an entry that takes so much room, with this shell. 0: the
// truth.
std::size_t entry_size = 0;
const char* entry_shell = "";

using look_up = int (*)(uid_t, passwd*, char*, std::size_t, passwd**);

target startable_at(const std::string& socket, const char* program = SGAUTH_STARTABLE)
{
    target out = target_at(socket);
    out.start = autostart::yes;
    out.sgauthd = program;
    out.environment = {"SGAUTH_SOCKET=" + socket};
    return out;
}

bool ask(const target& whom, call_failure& why, autostart allowed = autostart::yes)
{
    channel line(whom);
    line.set_autostart(allowed);
    proto::get_user_reply reply;
    return line.call(proto::get_user_call{}, reply, later(), why) && reply.session.user == "started";
}

// A daemon whose socket is gone and whose process is not.
class lock_holder {
public:
    lock_holder(const std::string& path, std::chrono::milliseconds how_long)
        : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
    {
        REQUIRE(::flock(file_, LOCK_EX | LOCK_NB) == 0);
        holder_ = std::thread([this, how_long, over = over_.get_future()] {
            over.wait_for(how_long);
            has_let_go_ = true;
            ::flock(file_, LOCK_UN);
        });
    }
    ~lock_holder()
    {
        over_.set_value();
        holder_.join();
        ::close(file_);
    }
    lock_holder(const lock_holder&) = delete;
    lock_holder& operator=(const lock_holder&) = delete;
    bool has_let_go() const noexcept { return has_let_go_; }

private:
    int file_;
    std::promise<void> over_;
    std::atomic<bool> has_let_go_{false};
    std::thread holder_;
};

std::string notes_of(const std::string& socket)
{
    std::ostringstream all;
    all << std::ifstream(socket + ".notes").rdbuf();
    return all.str();
}

}  // namespace

// In place of libc's.
extern "C" int getpwuid_r(uid_t uid, passwd* entry, char* room, std::size_t size, passwd** found)
{
    static const auto real = reinterpret_cast<look_up>(::dlsym(RTLD_NEXT, "getpwuid_r"));
    if (entry_size == 0)
        return real(uid, entry, room, size, found);
    *found = nullptr;
    if (size < entry_size)
        return ERANGE;
    *entry = {};
    entry->pw_shell = std::strcpy(room, entry_shell);
    *found = entry;
    return 0;
}

TEST_CASE("however many clients race, one daemon is started, and clean")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    const target whom = startable_at(socket);
    std::vector<std::future<bool>> racers;
    for (int i = 0; i < 8; ++i)
        racers.push_back(std::async(std::launch::async, [&] {
            call_failure why;
            return ask(whom, why);
        }));
    for (auto& racer : racers)
        CHECK(racer.get());
    CHECK(notes_of(socket) == "cwd=/ leader=1 umask=63 environment=SGAUTH_SOCKET,\n");
}

TEST_CASE("a daemon that cannot start is told of, with what to do")
{
    scratch_folder folder;
    call_failure why;
    CHECK_FALSE(ask(startable_at(folder.path() + "/agent.sock", "/bin/false"), why));
    CHECK(why.status == proto::status::no_daemon);
    CHECK(why.error.message.find("run it by hand") != std::string::npos);
    CHECK_FALSE(ask(startable_at(folder.path() + "/agent.sock", "/nowhere/sgauthd"), why));
    CHECK(why.error.message.find("SGAUTH_DAEMON") != std::string::npos);
}

TEST_CASE("an account that may not log in has no daemon started, however long its entry is")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    call_failure why;
    for (const char* shell : {"/usr/sbin/nologin", "/bin/false", "nologin"})
        for (const std::size_t size : {100u, 5000u, 100'000u}) {
            entry_size = size;
            entry_shell = shell;
            CHECK_FALSE(ask(startable_at(socket), why));
            CHECK(why.status == proto::status::no_daemon);
            CHECK(why.error.message.find("cannot log in") != std::string::npos);
        }
    CHECK(notes_of(socket).empty());
    entry_shell = "/bin/bash";
    CHECK(ask(startable_at(socket), why));
    entry_size = 0;
}

TEST_CASE("one that is ending is waited for, then another is started")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    const target whom = startable_at(socket);
    lock_holder ending(proto::lock_path(whom.where), std::chrono::milliseconds(1000));
    call_failure why;
    CHECK(ask(whom, why));
    CHECK(ending.has_let_go());
    CHECK(notes_of(socket) == "cwd=/ leader=1 umask=63 environment=SGAUTH_SOCKET,\n");
}

TEST_CASE("one that took the lock just before ours is waited for")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    // The first sgauthd finds the lock taken meanwhile, and ends; the second listens.
    const std::string program = folder.path() + "/sgauthd";
    std::ofstream(program) << "#!/bin/sh\n"
                           << "mkdir " << folder.path() << "/first 2>/dev/null || exec " << SGAUTH_STARTABLE
                           << " \"$@\"\n"
                           << "flock " << socket << ".lock sleep 1 3>&- &\n"
                           << "until ! flock -n " << socket << ".lock true; do sleep 0.01; done\n"
                           << "exit 1\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    call_failure why;
    target whom = startable_at(socket, program.c_str());
    whom.environment.push_back("PATH=/usr/bin:/bin");
    CHECK(ask(whom, why));
}

TEST_CASE("one that holds the lock for ever, and does not listen, is told of")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    const target whom = startable_at(socket);
    lock_holder stuck(proto::lock_path(whom.where), std::chrono::hours(1));
    call_failure why;
    channel line(whom);
    proto::get_user_reply reply;
    CHECK_FALSE(line.call(proto::get_user_call{}, reply, soon(), why));
    CHECK(why.status == proto::status::no_daemon);
    CHECK(why.error.message.find("holds " + proto::lock_path(whom.where)) != std::string::npos);
    CHECK(notes_of(socket).empty());
}

TEST_CASE("nothing is started for a call or a target that must not")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    call_failure why;
    CHECK_FALSE(ask(startable_at(socket), why, autostart::no));
    CHECK(why.error.message.find("no daemon listens") != std::string::npos);
    target never = startable_at(socket);
    never.start = autostart::no;
    CHECK_FALSE(ask(never, why));
    CHECK(notes_of(socket).empty());
}

TEST_CASE("SGAUTH_AUTOSTART=0 forbids, SGAUTH_DAEMON names, and only what says who one is is passed on")
{
    ::setenv("SGAUTH_DAEMON", "/opt/sgauthd", 1);
    ::setenv("HTTPS_PROXY", "http://evil", 1);
    ::setenv("LC_TEST", "C", 1);
    const target may = named_target("/tmp/agent.sock", autostart::yes);
    CHECK(may.start == autostart::yes);
    CHECK(may.sgauthd == "/opt/sgauthd");
    const auto has = [&](const std::string& entry) {
        return std::find(may.environment.begin(), may.environment.end(), entry) != may.environment.end();
    };
    CHECK(has("LC_TEST=C"));
    CHECK(has("SGAUTH_SOCKET=/tmp/agent.sock"));
    CHECK_FALSE(has("HTTPS_PROXY=http://evil"));
    ::setenv("SGAUTH_AUTOSTART", "0", 1);
    CHECK(named_target("/tmp/agent.sock", autostart::yes).start == autostart::no);
    for (const char* name : {"SGAUTH_AUTOSTART", "SGAUTH_DAEMON", "HTTPS_PROXY", "LC_TEST"})
        ::unsetenv(name);
}
