// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/ipc_served.hpp"

using namespace sgauth;
using namespace sgauth::test;

TEST_SUITE("ipc.watch")
{
    TEST_CASE("a watcher gets what happens, and its hang-up is seen")
    {
        served s;
        client c(s);
        CHECK(c.send(watch));
        CHECK(c.has_nothing());
        for (const char* what : {"synced", "renewed", "revoked"}) {
            proto::watch_reply event;
            event.event = what;
            s.agent.emit(event);
            CHECK(c.read() == R"({"continues":true,"parameters":{"event":")" + std::string(what) + "\"}}");
        }
        c.hang_up();
        CHECK(s.until([&] { return s.server->connections() == 0; }));
    }

    TEST_CASE("a watcher that sends no more keeps watching")
    {
        served s;
        client c(s);
        CHECK(c.send(watch));
        c.half_close();
        s.settle();
        s.agent.emit({"synced", {}});
        CHECK(c.read());
        CHECK(s.server->connections() == 1);
    }

    TEST_CASE("a watcher that was slow gets every event in the end")
    {
        served s;
        client c(s);
        proto::watch_reply event;
        event.event = std::string(1000, 'x');
        s.agent.events.assign(2000, event);
        CHECK(c.send(watch));
        s.settle();
        for (int i = 0; i < 2000; ++i)
            REQUIRE(c.read());
        CHECK(c.has_nothing());
    }
}
