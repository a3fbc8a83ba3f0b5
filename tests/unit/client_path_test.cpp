// SPDX-License-Identifier: Apache-2.0
#include "client/lib/channel.hpp"
#include "client_fake_daemon.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <sys/stat.h>
#include <unistd.h>

using namespace sgauth;
using namespace sgauth::client;
using namespace sgauth::test;

namespace {

// A daemon that counts what it hears, in a folder that a test can make unsafe.
struct listener {
    scratch_folder folder;
    std::string socket = folder.path() + "/agent.sock";
    std::atomic<int> heard{0};
    fake_daemon daemon{socket, [this](int peer, int) {
                           while (!hear(peer).empty()) {
                               ++heard;
                               say(peer, user_reply("jdoe"));
                           }
                       }};
};

call_failure ask(const target& whom, bool& good)
{
    channel line(whom);
    proto::get_user_reply reply;
    call_failure why;
    good = line.call(proto::get_user_call{}, reply, later(), why);
    return why;
}

void check_refused(const listener& there, const target& whom, const char* because)
{
    bool good = false;
    const call_failure why = ask(whom, good);
    CHECK_FALSE(good);
    CHECK(why.status == proto::status::no_daemon);
    CHECK(why.error.message.find(because) != std::string::npos);
    CHECK(there.heard == 0);
}

}  // namespace

TEST_CASE("a safe socket is asked")
{
    listener there;
    bool good = false;
    ask(target_at(there.socket), good);
    CHECK(good);
    CHECK(there.heard == 1);
}

TEST_CASE("a symbolic link to the socket is refused before a byte is sent")
{
    listener there;
    const std::string link = there.folder.path() + "/link.sock";
    REQUIRE(::symlink(there.socket.c_str(), link.c_str()) == 0);
    check_refused(there, target_at(link), "not safe");
}

TEST_CASE("a folder that others can write to is refused, unless it is sticky")
{
    listener there;
    for (const mode_t mode : {mode_t(0770), mode_t(0707), mode_t(0777)}) {
        REQUIRE(::chmod(there.folder.path().c_str(), mode) == 0);
        check_refused(there, target_at(there.socket), "can write to it");
    }
    REQUIRE(::chmod(there.folder.path().c_str(), 01777) == 0);
    bool good = false;
    ask(target_at(there.socket), good);
    CHECK(good);
}

TEST_CASE("a listener of another user is refused before a byte is sent")
{
    listener there;
    target whom = target_at(there.socket);
    whom.uid += 1;
    check_refused(there, whom, "");
}

TEST_CASE("what is no socket is refused, what is not there is no daemon")
{
    listener there;
    check_refused(there, target_at(there.folder.path()), "not safe");
    check_refused(there, target_at(there.folder.path() + "/nothing"), "no daemon listens");
    check_refused(there, target_at(there.folder.path() + "/nowhere/agent.sock"), "no daemon listens");
}

TEST_CASE("a path of 107 bytes is an address, one of 108 is an error that says so")
{
    const std::string longest = "/" + std::string(proto::max_socket_path - 1, 'x');
    CHECK(named_target(longest, autostart::no).problem.empty());
    const target whom = named_target(longest + "x", autostart::no);
    CHECK(whom.problem.find("107") != std::string::npos);
    bool good = false;
    CHECK(ask(whom, good).error.message == whom.problem);
    CHECK_FALSE(good);
}
