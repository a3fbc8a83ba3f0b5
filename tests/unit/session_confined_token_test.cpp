// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a confined script's token when something else happens: a revoke, a new login, a lock, a
// wipe, a restart.

#include "tests/unit/session_revoker_fixture.hpp"

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

struct minting_stage : session_stage {
    minting_stage()
    {
        site.on_mint.always([](const site_call&) { return accepted(session_token("minted")); });
        site.on_life.always([](const site_call&) { return life_answer{life_word::dead, {}}; });
        site.on_log_out.always([](const site_call&) { return site_answer<void>(); });
        add_confined("a", "farm");
    }
    void mint()
    {
        CHECK(run(io, keeping.verify("a")).word == probe_word::accepted);
        pump(io);
        journal.clear();
    }
    // What meets a mint that is under way; the site's answer comes after it.
    template <class Event>
    probe_word during_mint(Event event)
    {
        site.on_mint.hold();
        auto asked = start(io, keeping.verify("a"));
        pump(io);
        inside(io, event);
        site.on_mint.release();
        pump(io);
        return asked.take().word;
    }
};

}  // namespace

TEST_SUITE("session.confined_script: its token")
{
    TEST_CASE("without a token a revoke leaves the site alone")
    {
        minting_stage s;
        const revocation r = only(run(s.io, revoke(s, "a")));
        CHECK(r.word == site_word::not_tried);
        CHECK_FALSE(r.accepted_until);
        CHECK(s.site.on_log_out.calls().empty());
        CHECK(s.journal == journal{"revoked a", "erase a"});
    }

    TEST_CASE("a revoke ends the token as a person's, and the key is never sent for it")
    {
        minting_stage s;
        s.mint();
        s.site.on_log_out.hold();
        auto running = start(s.io, revoke(s, "a"));
        pump(s.io);
        const auto kept = read_record(s.store.records.at("a"), s.time.now(), s.time.wall());
        REQUIRE(kept);
        CHECK(kept->is_revoked);
        CHECK(kept->held.token.reveal() == "minted");
        CHECK(kept->held.key.empty());
        s.site.on_log_out.release();
        CHECK(only(finish(s.io, running)).word == site_word::confirmed);
        REQUIRE(s.site.on_log_out.calls().size() == 1);
        CHECK(s.site.on_log_out.calls()[0].secret == "minted");
        pump(s.io);
        CHECK(s.store.records.empty());
    }

    TEST_CASE("--local says until when the site may take the token")
    {
        minting_stage s;
        s.mint();
        const revocation r = only(run(s.io, revoke(s, "a", at_the_site::leave_alone)));
        CHECK(r.word == site_word::not_tried);
        CHECK(r.accepted_until == s.time.wall() + 24h);
    }

    TEST_CASE("a log-out that could not be made is made after a restart")
    {
        vault_record left;
        {
            minting_stage s;
            s.mint();
            s.site.on_log_out.always([](const site_call&) {
                return site_answer<void>(std::unexpected(site_trouble{trouble::offline, "away", {}, {}}));
            });
            CHECK(only(run(s.io, revoke(s, "a"))).word == site_word::unreachable);
            left = s.store.records.at("a").clone();
        }
        minting_stage next;
        next.table.take("a");
        next.store.records["a"] = std::move(left);
        CHECK(run(next.io, next.restoring.restore()));
        pump(next.io);
        CHECK(next.table.size() == 0);
        REQUIRE(next.site.on_log_out.calls().size() == 1);
        CHECK(next.site.on_log_out.calls()[0].secret == "minted");
        CHECK(next.store.records.empty());
    }

    TEST_CASE("revoked while it was minted: nobody gets the token, and it is ended")
    {
        minting_stage s;
        CHECK(s.during_mint([&] { s.table.take("a"); }) == probe_word::gone);
        CHECK(s.table.size() == 0);
        REQUIRE(s.site.on_log_out.calls().size() == 1);
        CHECK(s.site.on_log_out.calls()[0].secret == "minted");
    }

    TEST_CASE("logged in anew while it was minted: the old key's token is ended")
    {
        minting_stage s;
        const auto log_in = [&] {
            session anew = s.just_logged_in("a", "farm", session_kind::script);
            anew.shares_key = false;
            anew.generation = anew.key_generation = 2;
            s.table.put(std::move(anew));
        };
        CHECK(s.during_mint(log_in) == probe_word::gone);
        CHECK(s.at("a").token.empty());
        CHECK(s.at("a").generation == 2);
        CHECK(s.site.on_log_out.calls().size() == 1);
        CHECK(run(s.io, s.keeping.verify("a")).word == probe_word::accepted);
    }

    TEST_CASE("locked while it was minted: the token is dropped, and no site is told anything")
    {
        minting_stage s;
        const auto lock = [&] { s.table.lock("locked by a test"); };
        CHECK(s.during_mint(lock) == probe_word::gone);
        CHECK(s.at("a").token.empty());
        CHECK(s.at("a").key.empty());
        CHECK(s.site.on_log_out.calls().empty());
    }

    TEST_CASE("wiped while it was minted: the same")
    {
        minting_stage s;
        const auto wipe = [&] {
            s.revoking.wipe_all();
            s.keeping.recall();
        };
        CHECK(s.during_mint(wipe) == probe_word::gone);
        CHECK(s.table.size() == 0);
        CHECK(s.site.on_log_out.calls().empty());
    }

    TEST_CASE("revoked while its token was written down: nobody gets it, it is ended, and nothing of it stays"
    )
    {
        minting_stage s;
        s.store.writes.hold();
        auto asked = start(s.io, s.keeping.verify("a"));
        pump(s.io);
        auto revoked = start(s.io, revoke(s, "a"));
        pump(s.io);
        s.store.writes.release();
        CHECK(finish(s.io, asked).word == probe_word::gone);
        CHECK(finish(s.io, revoked));
        pump(s.io);
        CHECK(s.table.size() == 0);
        CHECK(s.store.records.empty());
        REQUIRE(s.site.on_log_out.calls().size() == 1);
        CHECK(s.site.on_log_out.calls()[0].secret == "minted");
    }

    TEST_CASE("a lock drops the token, unlocking brings back what was written, and the generation never falls"
    )
    {
        for (const bool is_written : {true, false}) {
            CAPTURE(is_written);
            minting_stage s;
            s.store.breaks = [&](const std::string& note) { return !is_written && note == "put a"; };
            s.mint();
            const std::int64_t before = s.at("a").generation;
            for (int i = 0; i < 2; ++i) {
                s.table.lock("locked by a test");
                CHECK(s.at("a").token.empty());
                CHECK(run(s.io, s.restoring.restore()));
                REQUIRE(s.table.find("a"));
                CHECK_FALSE(s.at("a").is_sealed);
                CHECK(s.at("a").token.reveal() == (is_written ? "minted" : ""));
                CHECK(s.at("a").key.reveal() == "key-of-farm");
                CHECK(s.at("a").generation == before);
            }
            s.site.on_probe.answer(refused<void>(refusal::rejected));  // asked only where there is a token
            s.mint();
            CHECK(s.at("a").generation > before);
        }
    }

    TEST_CASE("revoked while it is locked: the token that may be in there is owed to the site")
    {
        minting_stage s;
        s.mint();
        s.table.lock("locked by a test");
        const revocation r = only(run(s.io, revoke(s, "a")));
        CHECK(r.word == site_word::unreachable);
        CHECK(r.accepted_until);
        CHECK(s.store.left.at("a") == afterwards::is_owed);
    }

    TEST_CASE("what was handed out before a restart, or a kill, is ended by a revoke after it")
    {
        minting_stage s;
        s.mint();
        minting_stage next;
        next.table.take("a");
        next.store.records["a"] = s.store.records.at("a").clone();
        CHECK(run(next.io, next.restoring.restore()));
        CHECK(only(run(next.io, revoke(next, "a"))).word == site_word::confirmed);
        REQUIRE(next.site.on_log_out.calls().size() == 1);
        CHECK(next.site.on_log_out.calls()[0].secret == "minted");
    }

    TEST_CASE(
        "a restart keeps the token, unverified; the next has a higher generation, though the clock was set "
        "back"
    )
    {
        minting_stage s;
        s.time.advance(1h);
        s.mint();
        const std::int64_t before = s.at("a").generation;
        minting_stage next;
        next.table.take("a");
        next.store.records["a"] = s.store.records.at("a").clone();
        REQUIRE(next.time.wall() < s.time.wall());
        CHECK(run(next.io, next.restoring.restore()));
        CHECK(next.at("a").token.reveal() == "minted");
        CHECK(next.at("a").generation == before);
        CHECK_FALSE(next.at("a").shares_key);
        CHECK(next.keeping.state_of(next.at("a")) == session_state::unverified);
        next.site.on_probe.answer(refused<void>(refusal::rejected));
        next.mint();
        CHECK(next.at("a").generation > before);
    }
}
