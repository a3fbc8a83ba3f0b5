// SPDX-License-Identifier: Apache-2.0
//
// How long the site of a revoked session is asked again, and what the vault remembers of that.
#include "tests/unit/session_revoker_fixture.hpp"

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

void site_is_away(session_stage& s)
{
    s.site.on_log_out.always([](const site_call&) -> site_answer<void> {
        return std::unexpected(site_trouble{trouble::offline, "away", {}, {}});
    });
}

// The next life of a daemon, at that time of the wall clock, with what the last one stored.
struct next_life {
    session_stage s;

    next_life(session_stage& last, std::chrono::seconds later)
    {
        site_is_away(s);
        s.time.jump_wall(last.time.wall() - s.time.wall() + later);
        for (const auto& [id, record] : last.store.records)
            s.store.records[id] = record.clone();
        REQUIRE(run(s.io, s.restoring.restore()));
        pump(s.io);
    }
};

session_record stored(session_stage& s, const std::string& id)
{
    auto record = read_record(s.store.records.at(id), s.time.now(), s.time.wall());
    REQUIRE(record);
    return std::move(*record);
}

}  // namespace

TEST_SUITE("session.revoker: window")
{
    TEST_CASE("the window begins with the revoke and ends on its day, whatever restarts come between")
    {
        session_stage first;
        site_is_away(first);
        first.add("a", "jane");
        const wall_time revoked = first.time.wall();
        CHECK(only(run(first.io, revoke(first, "a"))).word == site_word::unreachable);
        CHECK(stored(first, "a").revoked_at == revoked);
        next_life second(first, 10h);
        next_life third(second.s, 10h);
        CHECK(third.s.journal.empty());  // it stands there as it was
        CHECK(stored(third.s, "a").revoked_at == revoked);
        for (int i = 0; i < 3 * 6 + 3; ++i)
            third.s.pass(10min);
        CHECK(third.s.revoking.pending() == 1);
        for (int i = 0; i < 6 + 1; ++i)
            third.s.pass(10min);
        CHECK(third.s.revoking.pending() == 0);
        CHECK(third.s.store.records.empty());
    }

    TEST_CASE("one that was over before the daemon began is tried once more, and goes")
    {
        session_stage first;
        site_is_away(first);
        first.add("a", "jane");
        CHECK(run(first.io, revoke(first, "a")));
        next_life second(first, 25h);
        CHECK(second.s.site.on_log_out.calls().size() == 1);
        CHECK(second.s.store.records.empty());
    }

    TEST_CASE("a clock that was set back costs one more window, and no more than that")
    {
        session_stage first;
        site_is_away(first);
        first.add("a", "jane");
        CHECK(run(first.io, revoke(first, "a")));
        next_life second(first, -1000h);
        CHECK(second.s.store.made_useless == std::vector<std::string>{"a"});
        CHECK(stored(second.s, "a").revoked_at == second.s.time.wall());
        next_life third(second.s, 23h);
        CHECK(third.s.revoking.pending() == 1);
        for (int i = 0; i < 6 + 3; ++i)
            third.s.pass(10min);
        CHECK(third.s.revoking.pending() == 0);
    }

    TEST_CASE("a record of before that time was kept begins its window now, and keeps it")
    {
        session_stage first;
        site_is_away(first);
        first.add("a", "jane");
        CHECK(run(first.io, revoke(first, "a")));
        std::string& note = first.store.records.at("a").note;
        const std::size_t at = note.find(",\"revoked_at\":");
        REQUIRE(at != std::string::npos);
        note.erase(at, note.find_first_of(",}", at + 1) - at);
        next_life second(first, 100h);
        CHECK(second.s.revoking.pending() == 1);
        CHECK(stored(second.s, "a").revoked_at == second.s.time.wall());
    }

    TEST_CASE("what the vault has to remember while it is locked says whether the site is to be told")
    {
        for (const at_the_site what : {at_the_site::leave_alone, at_the_site::log_out}) {
            session_stage s;
            s.add_with_leftover("a", "jane", "old");
            s.store.refuses_puts = true;
            inside(s.io, [&] { s.table.lock("a test"); });
            CHECK(run(s.io, revoke(s, "a", what)));
            const bool is_local = what == at_the_site::leave_alone;
            const afterwards left = is_local ? afterwards::nothing : afterwards::is_owed;
            CHECK(s.store.left.at("a") == left);
            CHECK(s.store.left.at("old") == left);
        }
    }

    TEST_CASE(
        "a wipe, and a lock, that come while a revoke waits for the disk: nothing is owed after the wipe"
    )
    {
        for (const bool is_wipe : {true, false}) {
            session_stage s;
            s.add("a", "jane");
            s.store.writes.always([](const std::string& note) {
                return note == "put a" ? result<void>(fail(errc::denied, "locked")) : result<void>();
            });
            s.store.writes.hold();
            auto running = start(s.io, revoke(s, "a"));
            pump(s.io);
            inside(s.io, [&] { is_wipe ? s.revoking.wipe_all() : s.revoking.lock(); });
            s.store.writes.release();
            CHECK(finish(s.io, running));
            CHECK(s.store.left.at("a") == (is_wipe ? afterwards::nothing : afterwards::is_owed));
            CHECK(s.site.on_log_out.calls().empty());
        }
    }
}
