// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/ipc_served.hpp"

using namespace sgauth;
using namespace sgauth::test;

TEST_SUITE("ipc.connection")
{
    TEST_CASE("what is no call closes the connection, after the answers to what came before it")
    {
        for (const std::string bad :
             {"x", "{}", "{\"method\":\"x\"}", "[[[", "{\"method\":\"a.b\",\"method\":\"a.b\"}", "\xff"}) {
            CAPTURE(bad);
            served s;
            client c(s);
            CHECK(c.send(get_user + bad + '\0' + get_user));
            CHECK(c.read());
            CHECK_FALSE(c.read());
            CHECK(c.closed());
            CHECK(s.agent.calls.size() == 1);
        }
    }

    TEST_CASE("nesting is read up to the limit and not one beyond it")
    {
        served s;
        const auto nested = [](std::size_t depth) {
            return R"({"method":"io.sgauth.Agent.GetUser","x":)" + std::string(depth, '[') +
                   std::string(depth, ']') + "}" + '\0';
        };
        client c(s);
        CHECK(c.ask(nested(proto::max_json_depth - 1)));
        CHECK_FALSE(c.ask(nested(proto::max_json_depth)));
        CHECK(c.closed());
    }

    TEST_CASE("a message is read up to the limit and not one byte beyond it")
    {
        served s;
        const auto padded = [](std::size_t size) {
            const std::string head = R"({"method":"io.sgauth.Agent.GetUser","x":")";
            return head + std::string(size - head.size() - 2, 'x') + "\"}" + '\0';
        };
        client c(s);
        CHECK(c.send(padded(proto::max_message_bytes)));
        CHECK(c.read());
        client over(s);
        over.send(padded(proto::max_message_bytes + 1));
        CHECK_FALSE(over.read());
        CHECK(over.closed());
        CHECK(c.ask(get_user));
    }

    TEST_CASE("a request may be split at every byte")
    {
        served s;
        client c(s);
        const std::string both = get_credential + get_user;
        for (std::size_t cut = 1; cut < both.size(); ++cut) {
            CAPTURE(cut);
            REQUIRE(c.send(both.substr(0, cut)));
            s.settle();
            REQUIRE(c.send(both.substr(cut)));
            CHECK(c.read()->find("credential") != std::string::npos);
            CHECK(c.read()->find("session") != std::string::npos);
        }
        for (const char byte : both)
            REQUIRE(c.send(std::string(1, byte)));
        CHECK(c.read());
        CHECK(c.read());
    }

    TEST_CASE("many calls in one go are answered in order, also where each takes a while")
    {
        served s;
        client c(s);
        std::string many;
        for (int i = 0; i < 2000; ++i)
            many += i % 2 ? get_user : call("Revoke", R"({"all":true})");
        CHECK(c.send(many));
        for (int i = 0; i < 2000; ++i) {
            const auto reply = c.read();
            REQUIRE(reply);
            CHECK(reply->find(i % 2 ? "session" : "revoked") != std::string::npos);
        }
    }

    TEST_CASE("calls behind one that waits are answered after it")
    {
        served s;
        s.agent.held.shut();
        client c(s);
        CHECK(c.send(call("Revoke") + get_user));
        CHECK(c.has_nothing());
        CHECK(c.send(get_user));
        CHECK(c.has_nothing());
        CHECK(s.agent.calls == std::vector<std::string>{"Revoke"});
        s.agent.held.open();
        CHECK(c.read()->find("revoked") != std::string::npos);
        CHECK(c.read()->find("session") != std::string::npos);
        CHECK(c.read()->find("session") != std::string::npos);
    }

    TEST_CASE("one that waits holds up nobody else")
    {
        served s;
        s.agent.held.shut();
        client waiting(s);
        CHECK(waiting.send(call("Revoke")));
        client other(s);
        CHECK(other.ask(get_user));
        s.agent.held.open();
        CHECK(waiting.read());
    }

    TEST_CASE("a hang-up ends the call that waits, and no other")
    {
        served s;
        s.agent.held.shut();
        client stays(s);
        client leaves(s);
        CHECK(stays.send(call("Revoke")));
        CHECK(leaves.send(call("Revoke")));
        CHECK(s.until([&] { return s.agent.held.waiting() == 2; }));
        leaves.hang_up();
        CHECK(s.until([&] { return s.agent.held.waiting() == 1; }));
        CHECK(s.agent.held.left_early() == 1);
        CHECK(s.server->connections() == 1);
        s.agent.held.open();
        CHECK(stays.read());
    }

    TEST_CASE("a hang-up is seen though more calls were sent behind the one that waits")
    {
        served s;
        s.agent.held.shut();
        client c(s);
        CHECK(c.send(call("Revoke") + get_user));
        CHECK(c.send(get_user));
        CHECK(s.until([&] { return s.agent.held.waiting() == 1; }));
        c.hang_up();
        CHECK(s.until([&] { return s.server->connections() == 0; }));
        CHECK(s.until([&] { return s.agent.held.left_early() == 1; }));
        CHECK(s.agent.calls == std::vector<std::string>{"Revoke"});
    }

    TEST_CASE("a peer that sends no more still gets its answers, then the connection closes")
    {
        served s;
        s.agent.held.shut();
        client c(s);
        CHECK(c.send(get_user + call("Revoke") + get_user));
        c.half_close();
        CHECK(c.read());
        CHECK(c.has_nothing());
        s.agent.held.open();
        CHECK(c.read());
        CHECK(c.read());
        CHECK(c.closed());
    }

    TEST_CASE("a oneway call is carried out though its sender has gone, and so is what stands behind it")
    {
        served s;
        s.agent.held.shut();
        client c(s);
        const std::string oneway = R"(,"oneway":true)";
        CHECK(c.send(call("Revoke", "{}", oneway) + call("SetDefault", "{}", oneway)));
        c.hang_up();
        s.settle();
        CHECK(s.agent.held.left_early() == 0);
        s.agent.held.open();
        CHECK(s.until([&] { return s.server->connections() == 0; }));
        CHECK(s.agent.calls == std::vector<std::string>{"Revoke", "SetDefault"});
    }

    TEST_CASE("a oneway call has no reply, and the next has")
    {
        served s;
        client c(s);
        CHECK(c.send(
            call("Revoke", "{}", R"(,"oneway":true)") + call("List", "{}", R"(,"oneway":true)") + get_user
        ));
        CHECK(c.read()->find("\"session\"") != std::string::npos);
        CHECK(c.has_nothing());
    }

    TEST_CASE("half a request that is left so ends with its connection")
    {
        served s;
        client c(s);
        CHECK(c.send(get_user.substr(0, 20)));
        c.half_close();
        CHECK(c.closed());
        CHECK(s.agent.calls.empty());
    }

    TEST_CASE("a login ends with the connection that began it, not before")
    {
        served s;
        {
            client c(s);
            CHECK(c.ask(call("BeginLogin")));
            CHECK(c.ask(call("Answer", R"({"login":"login-1"})")));
            CHECK(s.agent.last_caller.process.pid == ::getpid());
            CHECK(s.agent.last_caller.process.start_time != 0);
            CHECK(s.agent.calls.back() == "Answer login-1");
        }
        CHECK(s.until([&] { return s.agent.calls.back() == "CancelLogin login-1"; }));
    }

    TEST_CASE("a large reply arrives whole at a reader that takes its time")
    {
        served s;
        s.agent.list_size = 5000;
        client c(s);
        CHECK(c.send(call("List") + get_user + call("List")));
        s.settle();
        const auto first = c.read();
        REQUIRE(first);
        CHECK(first->size() > 500'000);
        CHECK(c.read()->find("\"session\"") != std::string::npos);
        CHECK(c.read() == first);
    }

    TEST_CASE("a bug in a call costs its peer the connection, and tells nobody what others were answered")
    {
        served s;
        s.agent.throws_in = "Status";
        client other(s);
        for (const bool waits : {false, true}) {
            CAPTURE(waits);
            client unlucky(s);
            s.agent.held.shut();
            CHECK(unlucky.send((waits ? call("Revoke") : get_credential) + call("Status")));
            s.agent.held.open();
            CHECK_FALSE(unlucky.read());
            CHECK(unlucky.closed());
            const auto reply = other.ask(call("List"));
            REQUIRE(reply);
            CHECK(reply->find(R"({"parameters":{"sessions")") == 0);
            CHECK(other.has_nothing());
        }
        s.agent.throws_in = "";
        client late(s);
        CHECK(late.send(call("Revoke")));
        CHECK(late.closed());
        CHECK(other.ask(get_user));
    }

    TEST_CASE("status tells how many are connected")
    {
        served s;
        client one(s);
        client two(s);
        CHECK(one.ask(call("Status"))->find("\"connections\":2,") != std::string::npos);
        two.hang_up();
        CHECK(s.until([&] { return s.server->connections() == 1; }));
        CHECK(one.ask(call("Status"))->find("\"connections\":1,") != std::string::npos);
    }
}
