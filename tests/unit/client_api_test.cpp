// SPDX-License-Identifier: Apache-2.0
#include "client/lib/include/sgauth.hpp"
#include "client_fake_daemon.hpp"
#include "proto/codec.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <future>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <type_traits>
#include <unistd.h>

using namespace sgauth::test;
namespace proto = sgauth::proto;
using std::chrono::milliseconds;

namespace {

struct served {
    explicit served(fake_daemon::conversation talk)
        : socket(folder.path() + "/agent.sock"), daemon(socket, std::move(talk)), agent(options())
    {
    }
    sgauth::options options() const
    {
        sgauth::options out;
        out.socket = socket;
        out.no_start = true;
        return out;
    }
    scratch_folder folder;
    std::string socket;
    fake_daemon daemon;
    sgauth::agent agent;
};

template <class Outcome>
concept points_into = requires(Outcome&& o) { std::forward<Outcome>(o).operator->(); };

std::string credential_reply()
{
    proto::get_credential_reply reply;
    reply.session.user = "jdoe";
    reply.session.state = "valid";
    reply.form = proto::form::script_key;
    reply.credential.script_name = "publisher";
    reply.credential.script_key = sgauth::script_key("k e y");
    std::string out;
    proto::write_message(out, reply);
    return out;
}

std::string event_message(std::string_view what)
{
    proto::watch_reply event;
    event.event = what;
    std::string out;
    proto::write_message(out, event);
    return out;
}

}  // namespace

TEST_CASE("a credential comes with its session, in the form that was asked for")
{
    std::string heard;
    served s([&](int peer, int) {
        heard = hear(peer);
        say(peer, credential_reply());
        await_close(peer);
    });
    sgauth::credential_query query;
    query.forms = {sgauth::form::script_key};
    query.min_valid = std::chrono::seconds(60);
    query.timeout = std::chrono::seconds(20);
    const auto got = s.agent.get_credential(query);
    REQUIRE(got.has_value());
    CHECK(got->session().user == "jdoe");
    CHECK(got->form() == "script_key");
    CHECK(got->script_name() == "publisher");
    CHECK(got->script_key() == "k e y");
    CHECK(std::strlen(got->script_key().data()) == 5);
    CHECK(got->token().empty());
    CHECK(heard.find("\"forms\":[\"script_key\"],\"min_valid_s\":60,\"timeout_ms\":") != std::string::npos);
}

TEST_CASE("an error is a value, and value() throws it")
{
    served s([](int peer, int) {
        answer_all(
            peer, error_message("io.sgauth.Agent.Ambiguous", R"({"message":"which","choices":["a","b"]})")
        );
    });
    const auto got = s.agent.get_user();
    REQUIRE_FALSE(got);
    CHECK(got.error().status == SGAUTH_USAGE);
    CHECK(got.error().name == "Ambiguous");
    CHECK(got.error().message == "which");
    CHECK(got.error().choices == std::vector<std::string>{"a", "b"});
    CHECK(std::string(got.error().what_to_do()).find("name the site") != std::string::npos);
    CHECK_THROWS_AS(static_cast<void>(got.value()), sgauth::failure);
}

TEST_CASE("what a call returned is taken out of it, not pointed into")
{
    proto::list_reply reply;
    for (const char* user : {"jane", "a user whose name is long enough to be on the heap"}) {
        reply.sessions.emplace_back().user = user;
        reply.sessions.back().state = "valid";
    }
    std::string message;
    proto::write_message(message, reply);
    served s([&](int peer, int) { answer_all(peer, message); });
    std::string users;
    for (const auto& one : *s.agent.list())
        users += one.user + ",";
    CHECK(users == "jane,a user whose name is long enough to be on the heap,");
    using listed = sgauth::outcome<std::vector<sgauth::session>>;
    static_assert(std::is_same_v<decltype(*std::declval<listed>()), std::vector<sgauth::session>>);
    static_assert(std::is_same_v<decltype(*std::declval<listed&>()), const std::vector<sgauth::session>&>);
    static_assert(!points_into<listed> && points_into<listed&> && points_into<const listed&>);
}

TEST_CASE("every status but ok says what to do")
{
    for (const int status : {1, 2, 3, 4, 5, 6, 7, 130})
        CHECK(*sgauth_explain(static_cast<sgauth_status>(status)) != '\0');
    CHECK(*sgauth_explain(SGAUTH_OK) == '\0');
}

TEST_CASE("a query of an older or a newer header is read as far as both know it")
{
    served s([](int peer, int) { answer_all(peer, user_reply("jdoe")); });
    struct {
        sgauth_query known;
        void* newer;
    } query{};
    const auto ask = [&] { return sgauth_get_user(s.agent.get(), &query.known, nullptr); };
    query.known.size = offsetof(sgauth_query, user);
    query.known.timeout_ms = -1;  // beyond that size
    CHECK(ask() == SGAUTH_OK);
    query.known.timeout_ms = 0;
    query.known.size = sizeof query;
    CHECK(ask() == SGAUTH_OK);
    query.newer = &query;
    CHECK(ask() == SGAUTH_USAGE);
    query.known.size = 0;
    CHECK(ask() == SGAUTH_USAGE);
    query.known.size = sizeof query.known;
    query.known.timeout_ms = -1;
    CHECK(ask() == SGAUTH_USAGE);
}

TEST_CASE("nothing is asked of nobody, and every accessor takes NULL")
{
    sgauth_result* result = nullptr;
    CHECK(sgauth_get_user(nullptr, nullptr, &result) == SGAUTH_USAGE);
    CHECK(*sgauth_result_message(result) != '\0');
    sgauth_result_free(result);
    CHECK(sgauth_result_status(nullptr) == SGAUTH_FAILED);
    CHECK(sgauth_result_session(nullptr, 0) == nullptr);
    CHECK(sgauth_result_error(nullptr) == nullptr);
    CHECK(sgauth_watch_next(nullptr, 0, nullptr) == SGAUTH_USAGE);
    CHECK(sgauth_watch_descriptor(nullptr) == -1);
    sgauth_result_free(nullptr);
    sgauth_watch_close(nullptr);
    sgauth_close(nullptr);
}

TEST_CASE("no thread waits for another's call, and one connection is kept")
{
    std::promise<void> release;
    auto released = release.get_future().share();
    served s([&](int peer, int number) {
        while (!hear(peer).empty()) {
            if (number == 1)
                released.wait();
            say(peer, user_reply("jdoe"));
        }
    });
    auto slow = std::async(std::launch::async, [&] { return s.agent.get_user().has_value(); });
    while (s.daemon.connections() == 0)
        std::this_thread::yield();
    CHECK(s.agent.get_user().has_value());
    CHECK(s.agent.get_user().has_value());
    CHECK(s.daemon.connections() == 3);
    release.set_value();
    CHECK(slow.get());
    CHECK(s.agent.get_user().has_value());
    CHECK(s.daemon.connections() == 3);
}

TEST_CASE("a child forked with a call in flight asks on a connection of its own")
{
    std::promise<void> release;
    auto released = release.get_future().share();
    served s([&](int peer, int number) {
        while (!hear(peer).empty()) {
            if (number == 1)
                released.wait();
            say(peer, user_reply(number == 1 ? "parent" : "child"));
        }
    });
    auto in_flight = std::async(std::launch::async, [&] { return s.agent.get_user().value().user; });
    while (s.daemon.connections() == 0)
        std::this_thread::yield();
    const pid_t child = ::fork();
    if (child == 0) {
        const auto got = s.agent.get_user();
        const auto again = s.agent.get_user();
        const bool good = got && again && got->user == "child" && again->user == "child";
        ::_exit(good ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(s.daemon.connections() == 2);
    release.set_value();
    CHECK(in_flight.get() == "parent");
}

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
