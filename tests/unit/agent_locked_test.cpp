// SPDX-License-Identifier: Apache-2.0
//
// While the vault is locked no site is asked about a session, however long that lasts and whoever asks.
#include "proto/status.hpp"
#include "src/agent/vault_follower.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

// One session, in use and stored.
struct lockable : agent_stage {
    vault_follower follower{state, sink, desk};

    lockable()
    {
        site.on_probe.always([](const site_call&) { return accepted(); });
        site.on_life.always([](const site_call&) { return life_answer{}; });
        add("a", "jane");
        REQUIRE(run(io, saving.save("a")));
        REQUIRE(got());
        start_keeping();
    }
    void lock_all()
    {
        REQUIRE(run(io, agent.lock(me, {})));
        inside(io, [this] { follower.follow(); });
    }
    std::size_t probes() const { return site.on_probe.calls().size(); }
};

}  // namespace

TEST_SUITE("agent.locked")
{
    TEST_CASE("no renewal while locked, and each session is asked about once it is handed out again")
    {
        lockable s;
        s.pass(12h);
        REQUIRE(s.probes() == 1);  // as long as it is open it is renewed
        REQUIRE(s.got());
        s.lock_all();
        const auto lives = s.site.on_life.calls().size();
        for (int hour = 0; hour < 48; ++hour) {
            s.pass(1h);
            CHECK(s.got().error().name == proto::error_name::denied);
        }
        CHECK(s.probes() == 1);
        CHECK(s.site.on_life.calls().size() == lives);
        REQUIRE(run(s.io, s.agent.unlock(s.me, {})));
        const auto given = s.got();
        REQUIRE(given);
        CHECK(given->session.state == "valid");
        CHECK(s.probes() == 2);
    }

    TEST_CASE("a renewal that was under way is called back, and is not begun again")
    {
        lockable s;
        s.site.on_probe.hold();
        s.pass(12h);
        REQUIRE(s.site.on_probe.waiting() == 1);
        s.lock_all();
        CHECK(s.site.on_probe.waiting() == 0);
        s.site.on_probe.release();
        s.pass(48h);
        CHECK(s.probes() == 1);
        CHECK(s.table.find("a")->is_sealed);
    }
}
