// SPDX-License-Identifier: Apache-2.0
#include "client/lib/channel.hpp"
#include "client_fake_daemon.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <future>
#include <sstream>
#include <vector>

using namespace sgauth;
using namespace sgauth::client;
using namespace sgauth::test;

namespace {

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

std::string notes_of(const std::string& socket)
{
    std::ostringstream all;
    all << std::ifstream(socket + ".notes").rdbuf();
    return all.str();
}

}  // namespace

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
