// SPDX-License-Identifier: Apache-2.0
#include "client_served.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace sgauth::test;
namespace proto = sgauth::proto;
using std::chrono::milliseconds;

namespace {

std::string event_message(std::string_view what)
{
    proto::watch_reply event;
    event.event = what;
    std::string out;
    proto::write_message(out, event);
    return out;
}

}  // namespace

TEST_CASE("a watch can be polled, is lost with the daemon, and comes back")
{
    scratch_folder folder;
    sgauth::options options;
    options.socket = folder.path() + "/agent.sock";
    options.no_start = true;
    sgauth::agent agent(options);
    CHECK(agent.watch().error().status == SGAUTH_NO_DAEMON);
    const auto talk = [](int peer, int) {
        hear(peer);
        say(peer, event_message("synced"));
        await_close(peer);
    };
    auto daemon = std::make_unique<fake_daemon>(*options.socket, talk);
    auto opened = agent.watch();
    REQUIRE(opened.has_value());
    sgauth::watch watch = std::move(opened).value();
    pollfd polled{watch.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&polled, 1, 20'000) == 1);
    CHECK(watch.next(milliseconds(0)).value()->what == "synced");
    CHECK_FALSE(watch.next(milliseconds(0)).value().has_value());
    daemon.reset();
    CHECK(watch.next(milliseconds(20'000)).error().status == SGAUTH_NO_DAEMON);
    CHECK(watch.descriptor() == -1);
    CHECK(watch.next(milliseconds(0)).error().status == SGAUTH_NO_DAEMON);
    daemon = std::make_unique<fake_daemon>(*options.socket, talk);
    CHECK(watch.next(milliseconds(20'000)).value()->what == "synced");
}

TEST_CASE("with the standard streams closed no connection takes their place")
{
    served s([](int peer, int) {
        hear(peer);
        await_close(peer);
    });
    const pid_t child = ::fork();
    if (child == 0) {
        for (const int stream : {0, 1, 2})
            ::close(stream);
        const auto watch = s.agent.watch();
        ::_exit(watch && watch->descriptor() > 2 ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
