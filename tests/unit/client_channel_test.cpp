// SPDX-License-Identifier: Apache-2.0
#include "client/lib/channel.hpp"
#include "client_fake_daemon.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>

using namespace sgauth;
using namespace sgauth::client;
using namespace sgauth::test;

namespace {

struct asked {
    bool good = false;
    proto::get_user_reply reply;
    call_failure why;
};

asked get_user(channel& line, time_point deadline = later())
{
    asked out;
    out.good = line.call(proto::get_user_call{}, out.reply, deadline, out.why);
    return out;
}

// One client against one conversation.
struct pair {
    explicit pair(fake_daemon::conversation talk)
        : socket(folder.path() + "/agent.sock"), daemon(socket, std::move(talk)), line(target_at(socket))
    {
    }
    scratch_folder folder;
    std::string socket;
    fake_daemon daemon;
    channel line;
};

}  // namespace

TEST_CASE("a silent daemon costs the deadline and the connection")
{
    pair p([](int peer, int) { await_close(peer); });
    const auto begun = std::chrono::steady_clock::now();
    const asked got = get_user(p.line, soon());
    CHECK_FALSE(got.good);
    CHECK(got.why.status == proto::status::unreachable);
    CHECK(got.why.error.name == proto::error_name::timed_out);
    CHECK_FALSE(got.why.error.message.empty());
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(39));
    CHECK(p.line.descriptor() == -1);
}

TEST_CASE("half a reply is no reply")
{
    pair p([](int peer, int) {
        hear(peer);
        const std::string whole = user_reply("jdoe");
        say(peer, std::string_view(whole).substr(0, whole.size() - 1));
        await_close(peer);
    });
    CHECK(get_user(p.line, soon()).why.error.name == proto::error_name::timed_out);
}

TEST_CASE("a reply may be split at every byte")
{
    const std::string whole = user_reply("jdoe");
    pair p([&](int peer, int) {
        for (std::size_t first = 1; !hear(peer).empty(); ++first)
            say_in_two(peer, whole, first);
    });
    for (std::size_t first = 1; first < whole.size(); ++first) {
        const asked got = get_user(p.line);
        REQUIRE(got.good);
        CHECK(got.reply.session.user == "jdoe");
    }
    CHECK(p.daemon.connections() == 1);
}

TEST_CASE("a reply of the largest size is taken, one byte more is not")
{
    std::string whole = user_reply("jdoe");
    const std::size_t size = proto::max_message_bytes;
    const auto padded_to = [&](std::size_t bytes) {
        std::string out = whole;
        out.insert(1, "\"pad\":\"\",");
        out.insert(8, std::string(bytes + 1 - out.size(), 'x'));
        return out;
    };
    pair p([&](int peer, int number) {
        hear(peer);
        say(peer, padded_to(number == 1 ? size : size + 1));
        await_close(peer);
    });
    CHECK(get_user(p.line).good);
    p.line.close();
    const asked got = get_user(p.line);
    CHECK_FALSE(got.good);
    CHECK(got.why.status == proto::status::failed);
    CHECK(p.line.descriptor() == -1);
}

TEST_CASE("what is no reply is refused")
{
    const std::string bad[] = {
        std::string("not json\0", 9),
        std::string("[]\0", 3),
        std::string("{\"parameters\":{}}\0", 18),
        std::string("{\"parameters\":{\"session\":7}}\0", 29),
        user_reply("one") + user_reply("two"),
        user_reply("one") + "x",
    };
    for (const std::string& message : bad) {
        pair p([&](int peer, int) { answer_all(peer, message); });
        const asked got = get_user(p.line);
        CHECK_FALSE(got.good);
        CHECK(got.why.status == proto::status::failed);
        CHECK(p.line.descriptor() == -1);
    }
}

TEST_CASE("every error has its status, and leaves the connection open")
{
    using proto::status;
    namespace e = proto::error_name;
    const std::pair<std::string_view, status> ours[] = {
        {e::no_session, status::no_session},
        {e::expired, status::no_session},
        {e::cannot_last, status::no_session},
        {e::ambiguous, status::usage},
        {e::invalid_site, status::usage},
        {e::form_unavailable, status::failed},
        {e::refused, status::refused},
        {e::unreachable, status::unreachable},
        {e::timed_out, status::unreachable},
        {e::denied, status::denied},
        {e::cancelled, status::cancelled},
        {e::busy, status::failed},
        {e::no_such_login, status::failed},
        {e::failed, status::failed},
        {"FromTheFuture", status::failed},
    };
    const std::pair<std::string_view, status> standard[] = {
        {e::interface_not_found, status::failed},
        {e::method_not_found, status::failed},
        {e::method_not_implemented, status::failed},
        {e::invalid_parameter, status::usage},
        {e::permission_denied, status::denied},
        {e::expected_more, status::usage},
    };
    const auto check =
        [](std::string_view interface, std::string_view name, status expected, const char* parameters) {
            CAPTURE(name);
            const std::string message =
                error_message(std::string(interface) + "." + std::string(name), parameters);
            pair p([&](int peer, int) { answer_all(peer, message); });
            const asked got = get_user(p.line);
            CHECK_FALSE(got.good);
            CHECK(got.why.status == expected);
            CHECK(got.why.error.name == name);
            CHECK_FALSE(got.why.error.message.empty());
            CHECK(p.line.descriptor() >= 0);
        };
    for (const auto& [name, expected] : ours)
        check(proto::agent_interface, name, expected, "{\"message\":\"so it is\"}");
    for (const auto& [name, expected] : standard)
        check(proto::service_interface, name, expected, "{}");
}

TEST_CASE("a call goes on after the daemon was restarted")
{
    scratch_folder folder;
    const std::string socket = folder.path() + "/agent.sock";
    channel line(target_at(socket));
    ::signal(SIGPIPE, SIG_DFL);  // it would end this process
    for (const char* user : {"first", "second"}) {
        const fake_daemon daemon(socket, [&](int peer, int) { answer_all(peer, user_reply(user)); });
        const asked got = get_user(line);
        REQUIRE(got.good);
        CHECK(got.reply.session.user == user);
    }
    CHECK(get_user(line).why.status == proto::status::no_daemon);
}

TEST_CASE("a call on a kept connection is repeated once, one with an effect never")
{
    std::atomic<int> calls{0};
    pair p([&](int peer, int number) {
        for (int left = number == 1 ? 1 : 2; left > 0 && !hear(peer).empty(); --left)
            say(peer, user_reply("jdoe"));
        if (!hear(peer).empty())
            ++calls;
    });
    CHECK(get_user(p.line).good);
    CHECK(get_user(p.line).good);  // heard, not answered, asked again
    CHECK(p.daemon.connections() == 2);
    CHECK(calls == 1);
    CHECK(get_user(p.line).good);
    proto::answer_call answer;
    answer.login = "l1";
    proto::answer_reply reply;
    call_failure why;
    CHECK_FALSE(p.line.call(answer, reply, later(), why));
    CHECK(why.status == proto::status::no_daemon);
    CHECK(p.daemon.connections() == 2);
    CHECK(calls == 2);
}

TEST_CASE("a daemon that only closes is asked no third time")
{
    pair p([](int peer, int) { hear(peer); });
    CHECK(get_user(p.line).why.status == proto::status::no_daemon);
    CHECK(p.daemon.connections() == 1);
}

TEST_CASE("a late reply is never taken for the next one")
{
    pair p([](int peer, int number) {
        hear(peer);
        if (number == 1)
            await_close(peer);
        say(peer, user_reply(number == 1 ? "late" : "next"));
        await_close(peer);
    });
    CHECK_FALSE(get_user(p.line, soon()).good);
    const asked got = get_user(p.line);
    REQUIRE(got.good);
    CHECK(got.reply.session.user == "next");
}

TEST_CASE("a watch gives its events one by one, and says when it ends")
{
    pair p([](int peer, int) {
        hear(peer);
        std::string events;
        for (const auto what : {proto::event::synced, proto::event::locked}) {
            proto::watch_reply one;
            one.event = what;
            proto::write_message(events, one);
        }
        say(peer, events);
        hear(peer);
    });
    call_failure why;
    proto::watch_reply event;
    REQUIRE(p.line.start_watch(later(), why));
    CHECK(p.line.next_event(event, later(), why) == watch_result::event);
    CHECK(event.event == proto::event::synced);
    CHECK(p.line.next_event(event, time_point::min(), why) == watch_result::event);
    CHECK(event.event == proto::event::locked);
    CHECK(p.line.next_event(event, soon(), why) == watch_result::nothing_yet);
    CHECK(p.line.descriptor() >= 0);
    p.line.close();
    CHECK(p.line.next_event(event, soon(), why) == watch_result::failed);
}

TEST_CASE("any method can be called, a bad one is refused before a byte is sent")
{
    std::string heard;
    pair p([&](int peer, int) {
        heard = hear(peer);
        say(peer, std::string("{\"parameters\":{\"a\":[1,\"x\"]}}\0", 29));
        await_close(peer);
    });
    std::string reply;
    call_failure why;
    CHECK_FALSE(p.line.call_raw("Get\"User", "", reply, later(), why));
    CHECK_FALSE(p.line.call_raw("GetUser", "[]", reply, later(), why));
    CHECK_FALSE(p.line.call_raw("GetUser", "{\"a\":1,\"a\":2}", reply, later(), why));
    CHECK(why.status == proto::status::usage);
    CHECK(p.daemon.connections() == 0);
    REQUIRE(p.line.call_raw("GetUser", "{ \"user\" : \"jdoe\" }", reply, later(), why));
    CHECK(reply == "{\"a\":[1,\"x\"]}");
    CHECK(heard == "{\"method\":\"io.sgauth.Agent.GetUser\",\"parameters\":{\"user\":\"jdoe\"}}");
}
