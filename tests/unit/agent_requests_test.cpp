// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("agent.report_rejected")
{
    TEST_CASE("an id that is none, and a generation of the past, cost nothing")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.got());
        CHECK(finish(s.io, s.report("b", 1)).error().name == proto::error_name::no_session);
        s.time.advance(1h);
        const auto old = finish(s.io, s.report("a", 0));
        REQUIRE(old);
        CHECK(old->session.state == "valid");
        CHECK(s.site.on_probe.calls().empty());
    }

    TEST_CASE("five hundred reports of one generation cost one read, and what follows costs none")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.got());
        s.time.advance(1h);
        s.site.on_probe.hold();
        s.site.on_probe.answer(rejects());
        std::vector<started<answer<proto::report_rejected_reply>>> reports;
        for (int i = 0; i < 500; ++i)
            reports.push_back(s.report("a", 1));
        pump(s.io);
        s.site.on_probe.release();
        pump(s.io);
        for (auto& r : reports)
            CHECK(r.take()->session.state == "expired");
        CHECK(s.site.on_probe.calls().size() == 1);
        for (int i = 0; i < 500; ++i)
            CHECK(s.got().error().name == proto::error_name::expired);
        CHECK(finish(s.io, s.report("a", 1))->session.state == "expired");
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("a report changes nothing by itself: the site accepts, the session stays")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.got());
        s.time.advance(1h);
        s.site.on_probe.answer(accepted());
        CHECK(finish(s.io, s.report("a", 1))->session.state == "valid");
        // Verified since it was handed out: another report of the same is no news.
        s.time.advance(1h);
        CHECK(finish(s.io, s.report("a", 1))->session.state == "valid");
        CHECK(s.site.on_probe.calls().size() == 1);
    }

    TEST_CASE("the site away: nothing changes, and the next reports do not ask it again at once")
    {
        agent_stage s;
        s.add("a", "jane");
        CHECK(s.got());
        s.time.advance(1h);
        s.site.on_probe.answer(away());
        for (int i = 0; i < 3; ++i)
            CHECK(finish(s.io, s.report("a", 1))->session.state == "valid");
        CHECK(s.site.on_probe.calls().size() == 1);
    }
}

TEST_SUITE("agent.watch")
{
    TEST_CASE("first what there is, then that this was all, then what happens")
    {
        agent_stage s;
        s.add("a", "jane");
        const auto stream = s.agent.watch(s.me);
        const auto first = run(s.io, stream->next());
        CHECK(first.event == "present");
        CHECK(first.session->user == "jane");
        CHECK(run(s.io, stream->next()).event == "synced");
        auto next = start(s.io, stream->next());
        pump(s.io);
        CHECK_FALSE(next.done());
        s.table.take("a");
        CHECK(finish(s.io, next).event == "revoked");
    }

    TEST_CASE("who has no leave is told of no session, now or later")
    {
        agent_stage s;
        s.add("a", "jane");
        s.me.role = caller_role::administrator;
        const auto stream = s.agent.watch(s.me);
        CHECK(run(s.io, stream->next()).event == "synced");
        auto next = start(s.io, stream->next());
        s.table.take("a");
        pump(s.io);
        CHECK_FALSE(next.done());
        next.cancel();
        pump(s.io);
    }

    TEST_CASE("a slow reader gets a session's newest state, once")
    {
        agent_stage s;
        const auto stream = s.agent.watch(s.me);
        run(s.io, stream->next());
        s.add("a", "jane");
        for (int i = 0; i < 1000; ++i) {
            s.time.advance(1s);
            s.table.verified("a", 1, s.keeping.now(), s.time.wall());
        }
        const auto newest = run(s.io, stream->next());
        CHECK(newest.event == "added");
        CHECK(newest.session->verified_at == s.time.wall().time_since_epoch().count());
        auto next = start(s.io, stream->next());
        pump(s.io);
        CHECK_FALSE(next.done());
        next.cancel();
        pump(s.io);
        CHECK(next.failed());
    }
}

TEST_SUITE("agent.revoke")
{
    TEST_CASE("nothing to revoke is no session, but for all of them")
    {
        agent_stage s;
        CHECK(run(s.io, s.agent.revoke(s.me, {})).error().name == proto::error_name::no_session);
        proto::revoke_call all;
        all.all = true;
        const auto none = run(s.io, s.agent.revoke(s.me, all));
        REQUIRE(none);
        CHECK(none->revoked.empty());
    }

    TEST_CASE("root may; one of two people, by name; then all")
    {
        agent_stage s;
        s.me.role = caller_role::administrator;
        s.add("a", "jane");
        s.add("b", "bob");
        proto::revoke_call bob;
        bob.user = "bob";
        bob.local = true;
        const auto one = run(s.io, s.agent.revoke(s.me, bob));
        REQUIRE(one);
        REQUIRE(one->revoked.size() == 1);
        CHECK(one->revoked[0].user == "bob");
        CHECK(one->revoked[0].at_site == "not_tried");
        CHECK(s.table.find("a"));
        proto::revoke_call all;
        all.all = true;
        all.local = true;
        CHECK(run(s.io, s.agent.revoke(s.me, all))->revoked.size() == 1);
        CHECK(s.table.size() == 0);
    }
}

TEST_SUITE("agent.status")
{
    TEST_CASE("says where sessions are kept, how they are renewed, and what is wrong")
    {
        agent_stage s;
        s.notices = {"the password budget was set aside"};
        s.add("a", "jane");
        const auto status = s.agent.status(s.me);
        REQUIRE(status);
        CHECK(status->storage == "a test's vault");
        CHECK(status->renewal_policy == "on-use");
        REQUIRE(status->sites.size() == 1);
        CHECK(status->sites[0].idle_window_s == 86400);
        CHECK(status->sites[0].idle_window_from == "assumed");
        CHECK(status->sites[0].renewal == "assumed");
        CHECK(status->problems == s.notices);
        s.table.habits(studio).renewal = renewal_word::not_working;
        CHECK(s.agent.status(s.me)->problems.size() == 2);
    }
}
