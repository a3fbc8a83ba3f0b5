// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/ipc_served.hpp"

#include <deque>
#include <fcntl.h>
#include <sys/resource.h>
#include <vector>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

ipc::limits short_ones()
{
    ipc::limits made;
    made.half_request = 100ms;
    made.reply_taken = 100ms;
    return made;
}

// Fills the connection's way back, so that the server waits for a reader.
void leave_unread(served& s, client& c)
{
    s.agent.list_size = 5000;
    c.send(call("List"));
    s.settle();
}

}  // namespace

TEST_SUITE("ipc.limits")
{
    TEST_CASE("half a request has to be followed by the other half in time")
    {
        served s(short_ones());
        client late(s);
        CHECK(late.send(get_user.substr(0, 20)));
        CHECK(late.closed(5s));
        client drips(s);
        const auto begun = std::chrono::steady_clock::now();
        bool open = true;
        for (std::size_t i = 0; open && i < get_user.size(); ++i) {
            open = drips.send(get_user.substr(i, 1)) && !drips.closed(10ms);
        }
        CHECK_FALSE(open);
        CHECK(std::chrono::steady_clock::now() - begun < 5s);
        CHECK(s.agent.calls.empty());
    }

    TEST_CASE("an idle connection has no limit, nor has one whose requests are whole, each begun in time")
    {
        served s(short_ones());
        client idle(s);
        client busy(s);
        CHECK(idle.ask(get_user));
        CHECK(busy.send(get_user.substr(0, 20)));
        for (int i = 0; i < 10; ++i) {
            s.until([] { return false; }, 30ms);
            CHECK(busy.send(get_user.substr(20) + get_user.substr(0, 20)));
            CHECK(busy.read());
        }
        CHECK(idle.ask(get_user));
    }

    TEST_CASE("a call that waits is not half a request, whatever stands behind it")
    {
        served s(short_ones());
        s.agent.held.shut();
        client c(s);
        CHECK(c.send(call("Revoke") + get_user.substr(0, 20)));
        CHECK_FALSE(c.closed(300ms));
        s.agent.held.open();
        CHECK(c.read());
        CHECK(c.send(get_user.substr(20)));
        CHECK(c.read());
    }

    TEST_CASE("a reply has to be taken in time, and so has an event")
    {
        served s(short_ones());
        client c(s);
        leave_unread(s, c);
        CHECK(s.until([&] { return s.server->connections() == 0; }, 5s));
        client watcher(s);
        proto::watch_reply event;
        event.event = std::string(1000, 'x');
        s.agent.events.assign(5000, event);
        CHECK(watcher.send(watch));
        CHECK(s.until([&] { return s.server->connections() == 0; }, 5s));
    }

    TEST_CASE("a reader that comes back in time is served on")
    {
        ipc::limits limit;
        limit.reply_taken = 10s;
        served s(limit);
        client c(s);
        leave_unread(s, c);
        s.until([] { return false; }, 100ms);
        CHECK(c.read());
        CHECK(c.ask(get_user));
    }

    TEST_CASE("a peer that only sends does not make us hold its answers")
    {
        served s;
        s.agent.list_size = 1000;
        client c(s);
        std::string many;
        for (int i = 0; i < 1000; ++i)
            many += call("List");
        const ssize_t went = ::send(c.descriptor(), many.data(), many.size(), MSG_NOSIGNAL);
        CHECK(went > 0);
        s.settle();
        CHECK(s.agent.calls.size() < 10);
        for (int i = 0; i < 5; ++i)
            CHECK(c.read());
    }

    TEST_CASE("a call ends with the longest limit, whatever its own")
    {
        ipc::limits limit;
        limit.longest_call = 50ms;
        served s(limit);
        s.agent.at_once = false;
        s.agent.held.shut();
        client c(s);
        const auto reply = c.ask(get_credential);
        REQUIRE(reply);
        CHECK(reply->find("io.sgauth.Agent.TimedOut") != std::string::npos);
        CHECK(s.agent.held.left_early() == 1);
        CHECK(c.ask(get_user));
    }

    TEST_CASE("so many calls wait at a time, and one beyond them is told to come back")
    {
        ipc::limits limit;
        limit.calls_in_flight = 2;
        served s(limit);
        s.agent.held.shut();
        client one(s);
        client two(s);
        client three(s);
        CHECK(one.send(call("Revoke")));
        CHECK(two.send(call("Revoke")));
        CHECK(s.until([&] { return s.agent.held.waiting() == 2; }));
        const auto refused = three.ask(call("Revoke"));
        REQUIRE(refused);
        CHECK(refused->find("io.sgauth.Agent.Busy") != std::string::npos);
        CHECK(three.ask(get_user));  // what need not wait is answered
        one.hang_up();
        CHECK(s.until([&] { return s.agent.held.waiting() == 1; }));
        CHECK(three.send(call("Revoke")));
        CHECK(s.until([&] { return s.agent.held.waiting() == 2; }));
        s.agent.held.open();
        CHECK(two.read());
        CHECK(three.read());
    }

    TEST_CASE("replies that nobody reads are held up to a limit, and he who goes beyond it is closed")
    {
        served probe;
        probe.agent.list_size = 5000;
        client measure(probe);
        const auto list = measure.ask(call("List"));
        REQUIRE(list);
        ipc::limits limit;
        limit.unsent_in_all = 2 * list->size();  // what fits into a socket comes on top
        served s(limit);
        client one(s);
        client two(s);
        client three(s);
        leave_unread(s, one);
        leave_unread(s, two);
        CHECK(s.server->connections() == 3);
        leave_unread(s, three);
        CHECK(s.server->connections() == 2);
        CHECK(one.read());
        client four(s);
        leave_unread(s, four);
        CHECK(s.server->connections() == 3);
        CHECK(two.read());
        CHECK(four.read());
    }

    TEST_CASE("connections are taken up to the limit, and one beyond it is closed")
    {
        ipc::limits limit;
        limit.connections = 3;
        served s(limit);
        std::deque<client> all;
        for (int i = 0; i < 3; ++i)
            CHECK(all.emplace_back(s).ask(get_user));
        client over(s);
        CHECK(over.closed());
        CHECK(all.front().ask(get_user));
        all.pop_back();
        CHECK(s.until([&] { return s.server->connections() == 2; }));
        client again(s);
        CHECK(again.ask(get_user));
    }

    TEST_CASE("one process has so many connections and not one more")
    {
        ipc::limits limit;
        limit.connections_per_process = 2;
        served s(limit);
        client one(s);
        client two(s);
        client three(s);
        CHECK(one.ask(get_user));
        CHECK(two.ask(get_user));
        CHECK(three.closed());
        one.hang_up();
        CHECK(s.until([&] { return s.server->connections() == 1; }));
        client four(s);
        CHECK(four.ask(get_user));
    }

    TEST_CASE("without a descriptor left a new connection is closed, and the loop does not spin")
    {
        served s;
        client before(s);
        CHECK(before.ask(get_user));
        // The clients come first, then every descriptor is used up.
        const unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        (s.folder / "agent.sock").string().copy(at.sun_path, sizeof at.sun_path - 1);
        rlimit old{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
        rlimit low = old;
        low.rlim_cur = 100;
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
        std::vector<unique_fd> used;
        for (int fd = 0; fd >= 0;)
            if ((fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
                used.emplace_back(fd);
        CHECK(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
        s.settle();
        char byte = 0;
        CHECK(::recv(socket.get(), &byte, 1, 0) == 0);
        CHECK(before.ask(get_user));
        s.io.restart();
        CHECK(s.io.poll() == 0);
        used.clear();
        ::setrlimit(RLIMIT_NOFILE, &old);
        client after(s);
        CHECK(after.ask(get_user));
    }

    TEST_CASE("memory is asked back once a burst is over, and not for a few")
    {
        ipc::limits limit;
        limit.burst = 32;
        served s(limit);
        {
            std::deque<client> few;
            for (int i = 0; i < 31; ++i)
                few.emplace_back(s);
        }
        CHECK(s.until([&] { return s.server->connections() == 0; }));
        s.settle();
        CHECK(s.bursts == 0);
        for (int round = 1; round <= 2; ++round) {
            {
                std::deque<client> many;
                for (int i = 0; i < 32; ++i)
                    many.emplace_back(s);
            }
            CHECK(s.until([&] { return s.server->connections() == 0; }));
            s.settle();
            CHECK(s.bursts == round);
        }
    }

    TEST_CASE("closing ends every connection and every call")
    {
        served s;
        s.agent.held.shut();
        client waits(s);
        client idles(s);
        client watches(s);
        CHECK(waits.send(call("Revoke")));
        CHECK(watches.send(watch));
        s.settle();
        s.server->stop_accepting();
        CHECK_FALSE(client(s).connected());
        CHECK(run(s.io, s.server->close_all(5s)));
        CHECK(s.server->connections() == 0);
        CHECK(waits.closed());
        CHECK(idles.closed());
        CHECK(watches.closed());
    }
}
