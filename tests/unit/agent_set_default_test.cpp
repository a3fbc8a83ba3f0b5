// SPDX-License-Identifier: Apache-2.0
//
// The default user, in memory and in the vault.
#include "proto/status.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

proto::set_default_call of(std::string user)
{
    proto::set_default_call call;
    call.site = "studio.example.com";
    call.user = std::move(user);
    return call;
}

// The ids of the records that say that they are the default.
std::vector<std::string> defaults(agent_stage& s)
{
    std::vector<std::string> ids;
    for (const auto& [id, record] : s.store.records)
        if (const auto read = read_record(record, s.time.now(), s.time.wall()); read && read->is_default)
            ids.push_back(id);
    return ids;
}

// Jane, who is the default, and bob, both written down.
void two_people(agent_stage& s)
{
    s.add("a", "jane");
    s.add("b", "bob");
    run(s.io, s.saving.save("a"));
    run(s.io, s.saving.save("b"));
    s.journal.clear();
}

}  // namespace

TEST_SUITE("agent.set_default")
{
    TEST_CASE("a change is one default in the vault too, whichever way it is made")
    {
        for (const int way : {0, 1}) {
            CAPTURE(way);
            agent_stage s;
            two_people(s);
            REQUIRE(defaults(s) == std::vector<std::string>{"a"});
            if (way == 0)
                CHECK(run(s.io, s.agent.set_default(s.me, of("bob"))));
            if (way == 1)
                CHECK(run(s.io, s.sink.make_default("b")));
            pump(s.io);
            CHECK(s.table.default_of(studio)->id == "b");
            CHECK(defaults(s) == std::vector<std::string>{"b"});
        }
    }

    TEST_CASE("a durable reply waits for the vault; a caller who leaves ends only the wait")
    {
        for (const bool leaves : {false, true}) {
            agent_stage s;
            two_people(s);
            s.store.writes.hold();
            auto waits = start(s.io, s.agent.set_default(s.me, of("bob")));
            pump(s.io);
            CHECK_FALSE(waits.done());
            if (leaves)
                waits.cancel();
            pump(s.io);
            s.store.writes.release();
            pump(s.io);
            CHECK(waits.failed() == leaves);
            CHECK(defaults(s) == std::vector<std::string>{"b"});
        }
    }

    TEST_CASE("a default that cannot be written is said")
    {
        agent_stage s;
        two_people(s);
        s.store.broken = true;
        const auto said = run(s.io, s.agent.set_default(s.me, of("bob")));
        REQUIRE_FALSE(said);
        CHECK(said.error().name == proto::error_name::failed);
        CHECK(said.error().message.find("disk is full") != std::string::npos);
    }
}
