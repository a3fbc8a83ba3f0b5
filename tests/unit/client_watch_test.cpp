// SPDX-License-Identifier: Apache-2.0
#include "client_served.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <thread>
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

TEST_CASE("an event brings its session, or none")
{
    proto::watch_reply expired;
    expired.event = "expired";
    expired.session.emplace().id = "s1";
    expired.session->user = "jane";
    expired.session->state = "expired";
    expired.session->reason = "site";
    served s([message = message_of(expired) + event_message("synced")](int peer, int) {
        hear(peer);
        say(peer, message);
        await_close(peer);
    });
    auto watch = s.agent.watch().value();
    const auto first = watch.next(milliseconds(20'000)).value();
    REQUIRE(first.has_value());
    CHECK(first->what == "expired");
    REQUIRE(first->session.has_value());
    CHECK(first->session->id == "s1");
    CHECK(first->session->user == "jane");
    CHECK(first->session->reason == "site");
    const auto second = watch.next(milliseconds(20'000)).value();
    REQUIRE(second.has_value());
    CHECK(second->what == "synced");
    CHECK_FALSE(second->session);

    sgauth_watch* raw = nullptr;
    sgauth_result* result = nullptr;
    REQUIRE(sgauth_watch_open(s.agent.get(), nullptr, &raw, nullptr) == SGAUTH_OK);
    REQUIRE(sgauth_watch_next(raw, 20'000, &result) == SGAUTH_OK);
    CHECK(std::string(sgauth_result_event(result)) == "expired");
    CHECK(std::string(sgauth_result_session(result, 0)->id) == "s1");
    sgauth_result_free(result);
    sgauth_watch_close(raw);
}

TEST_CASE("a second reader of a watch is told that there is one")
{
    served s([](int peer, int) {
        hear(peer);
        await_close(peer);
    });
    sgauth_watch* watch = nullptr;
    REQUIRE(sgauth_watch_open(s.agent.get(), nullptr, &watch, nullptr) == SGAUTH_OK);
    std::atomic<bool> is_over{false};
    // Reads again and again, so that the other meets it sooner or later.
    std::thread reader([&] {
        while (!is_over)
            sgauth_watch_next(watch, 20, nullptr);
    });
    const auto end = later();
    sgauth_status second = SGAUTH_OK;
    while (second == SGAUTH_OK && std::chrono::steady_clock::now() < end)
        second = sgauth_watch_next(watch, 0, nullptr);
    CHECK(second == SGAUTH_USAGE);
    is_over = true;
    reader.join();
    CHECK(sgauth_watch_next(watch, 0, nullptr) == SGAUTH_OK);
    sgauth_watch_close(watch);
}

TEST_CASE("a forked child goes on with a watch on a connection of its own")
{
    served s([](int peer, int number) {
        hear(peer);
        say(peer, event_message(number == 1 ? "present" : "synced"));
        await_close(peer);
    });
    auto watch = s.agent.watch().value();
    const pid_t child = ::fork();
    if (child == 0) {
        const bool is_apart = watch.descriptor() == -1;
        const auto got = watch.next(milliseconds(20'000));
        const bool good = got && got.value() && got.value()->what == "synced" && watch.descriptor() >= 0;
        ::_exit(is_apart && good ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(s.daemon.connections() == 2);
    // The parent's is as it was.
    CHECK(watch.descriptor() >= 0);
    CHECK(watch.next(milliseconds(20'000)).value()->what == "present");
    CHECK(s.daemon.connections() == 2);
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
