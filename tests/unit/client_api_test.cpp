// SPDX-License-Identifier: Apache-2.0
#include "client_served.hpp"
#include "proto/codec.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <future>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <type_traits>
#include <unistd.h>

using namespace sgauth::test;
namespace proto = sgauth::proto;
using std::chrono::milliseconds;

namespace {

template <class Outcome>
concept points_into = requires(Outcome&& o) { std::forward<Outcome>(o).operator->(); };

}  // namespace

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

TEST_CASE("a text that is not UTF-8 is refused, for it would be another's name")
{
    served s([](int peer, int) { answer_all(peer, user_reply("jdoe")); });
    const auto refused = [&](auto function, auto query) {
        query.size = sizeof query;
        sgauth_result* result = nullptr;
        const sgauth_status status = function(s.agent.get(), &query, &result);
        const std::string message = sgauth_result_message(result);
        sgauth_result_free(result);
        return status == SGAUTH_USAGE && message.find("UTF-8") != std::string::npos;
    };
    const char* latin1 = "caf\xe9";
    const char* forms[] = {"session_token", latin1};
    sgauth_query query{};
    query.user = latin1;
    CHECK(refused(sgauth_get_user, query));
    query.user = nullptr;
    query.site = latin1;
    CHECK(refused(sgauth_get_user, query));
    sgauth_credential_query wanted{};
    wanted.forms = forms;
    wanted.form_count = 2;
    CHECK(refused(sgauth_get_credential, wanted));
    wanted.form_count = 1;
    wanted.user = latin1;
    CHECK(refused(sgauth_get_credential, wanted));
    sgauth_rejection rejection{};
    rejection.id = latin1;
    CHECK(refused(sgauth_report_rejected, rejection));
    for (const char* sgauth_revoke_query::* member :
         {&sgauth_revoke_query::site, &sgauth_revoke_query::user, &sgauth_revoke_query::id}) {
        sgauth_revoke_query revoke{};
        revoke.*member = latin1;
        CHECK(refused(sgauth_revoke, revoke));
    }
    CHECK(s.daemon.connections() == 0);
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
