// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

namespace {

session person(std::string id, std::string user, std::int64_t generation)
{
    session s(studio);
    s.token = session_token("token-" + id);
    s.id = std::move(id);
    s.user = std::move(user);
    s.generation = generation;
    s.created = wall_time(1790000000s);
    return s;
}

void store(session_stage& s, const session& what, bool is_default = false, bool is_revoked = false)
{
    const auto revoked = is_revoked ? std::optional(s.time.wall()) : std::nullopt;
    s.store.records[what.id] = write_record(what, is_default, revoked);
}

void restore(session_stage& s)
{
    CHECK(run(s.io, s.restoring.restore()));
}

// The site is never there.
void no_site(session_stage& s)
{
    s.site.on_log_out.always([](const site_call&) -> site_answer<void> {
        return std::unexpected(site_trouble{trouble::offline, "away", {}, {}});
    });
}

}  // namespace

TEST_SUITE("session.session_restorer")
{
    TEST_CASE("what is no record of a session, or of a later version, stays where it is")
    {
        session_stage s;
        s.store.records["x"] = vault_record{"{}", {}};
        s.store.records["y"] = vault_record{R"({"v":2})", {}};
        restore(s);
        CHECK(s.table.size() == 0);
        CHECK(s.store.records.size() == 2);
    }

    TEST_CASE("sessions come back unverified, with their credential and as default, and a script too")
    {
        session_stage s;
        store(s, person("a", "jane", 5), true);
        session script(studio);
        script.id = "b";
        script.kind = session_kind::script;
        script.user = "farm";
        script.key = script_key("a key");
        store(s, script);
        restore(s);
        REQUIRE(s.table.size() == 2);
        CHECK(equal_constant_time(s.at("a").token, session_token("token-a")));
        CHECK(s.at("a").generation == 5);
        CHECK_FALSE(s.at("a").past.verified);
        CHECK(s.table.is_default(s.at("a")));
        CHECK(equal_constant_time(s.at("b").key, script_key("a key")));
    }

    TEST_CASE("the chosen site is known while the vault is locked: a revoke without a site means that one")
    {
        session_stage s;
        s.store.records[std::string(chosen_site_record)] = write_chosen_site(studio);
        run(s.io, s.store.lock(std::nullopt));
        s.restoring.show_locked();
        CHECK(s.table.chosen_site() == studio);
    }

    TEST_CASE("the chosen site comes back")
    {
        session_stage s;
        s.store.records[std::string(chosen_site_record)] = write_chosen_site(studio);
        restore(s);
        CHECK(s.table.chosen_site() == studio);
    }

    TEST_CASE("a login that a crash left in a record of its own takes the place of its user's older session")
    {
        session_stage s;
        no_site(s);
        store(s, person("old", "jane", 5), true);
        store(s, person("new", "Jane", 6));
        restore(s);
        pump(s.io);
        REQUIRE(s.table.size() == 1);
        const session& jane = s.at("old");
        CHECK(equal_constant_time(jane.token, session_token("token-new")));
        CHECK(jane.generation > 5);
        CHECK(s.table.is_default(jane));
        // One record, and the older token is logged out.
        CHECK(s.store.records.size() == 1);
        CHECK(s.store.records.contains("old"));
        CHECK(s.revoking.pending() == 1);
    }

    TEST_CASE("three records of one user become one, and none is left behind")
    {
        session_stage s;
        no_site(s);
        store(s, person("one", "jane", 5));
        store(s, person("two", "jane", 5));
        store(s, person("zwei", "jane", 7));
        restore(s);
        pump(s.io);
        REQUIRE(s.table.size() == 1);
        CHECK(equal_constant_time(s.at("one").token, session_token("token-zwei")));
        CHECK(s.at("one").generation == 7);
        CHECK(s.store.records.size() == 1);
        CHECK(s.store.records.contains("one"));
    }

    TEST_CASE("a generation rises though the clock has not")
    {
        session_stage s;
        no_site(s);
        store(s, person("one", "jane", 5));
        store(s, person("two", "jane", 5));
        restore(s);
        CHECK(s.at("one").generation == 6);
    }

    TEST_CASE("other people and scripts of the same name are not taken for one another")
    {
        session_stage s;
        session jane = person("a", "jane", 5);
        jane.user_id = 1;
        session other = person("b", "jane", 6);
        other.user_id = 2;
        session script(studio);
        script.id = "c";
        script.kind = session_kind::script;
        script.user = "jane";
        store(s, jane);
        store(s, other);
        store(s, script);
        restore(s);
        CHECK(s.table.size() == 3);
    }

    TEST_CASE("a script that was made anew at its site is one script")
    {
        session_stage s;
        for (const std::int64_t number : {7, 8}) {
            session farm(studio);
            farm.id = std::to_string(number);
            farm.kind = session_kind::script;
            farm.user = "farm";
            farm.user_id = number;
            farm.key = script_key("key " + farm.id);
            farm.generation = number;
            store(s, farm);
        }
        restore(s);
        REQUIRE(s.table.size() == 1);
        CHECK(equal_constant_time(s.at("7").key, script_key("key 8")));
    }

    TEST_CASE("what was revoked does not come back, and is logged out; it is on the disk already")
    {
        session_stage s;
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        store(s, person("a", "jane", 5), false, true);
        restore(s);
        pump(s.io);
        CHECK(s.table.size() == 0);
        CHECK(s.site.on_log_out.calls().size() == 1);
        CHECK(s.journal == std::vector<std::string>{"erase a"});
    }

    TEST_CASE(
        "what an older copy brought back, or was revoked while locked, is marked before it is logged out"
    )
    {
        session_stage s;
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        store(s, person("a", "jane", 5));
        s.store.taken_away.emplace("a", afterwards::is_owed);
        restore(s);
        pump(s.io);
        CHECK(s.table.size() == 0);
        CHECK(s.journal == std::vector<std::string>{"put a", "erase a"});
        CHECK(s.store.made_useless == std::vector<std::string>{"a"});
    }

    TEST_CASE(
        "what `--local` or a wipe took away while it was locked is erased, and no site is told, now or later"
    )
    {
        for (const bool was_revoked_before : {false, true}) {
            session_stage s;
            store(s, person("a", "jane", 5), false, was_revoked_before);
            s.store.taken_away.emplace("a", afterwards::nothing);
            restore(s);
            pump(s.io);
            CHECK(s.table.size() == 0);
            CHECK(s.site.on_log_out.calls().empty());
            CHECK(s.journal == std::vector<std::string>{"erase a"});
            CHECK(s.store.left.at("a") == afterwards::nothing);
            CHECK(s.store.records.empty());
        }
    }

    TEST_CASE("while it is locked names are shown, without credentials; a revoked one is not")
    {
        session_stage s;
        store(s, person("a", "jane", 5), true);
        store(s, person("b", "joe", 5), false, true);
        store(s, person("c", "jane", 6));  // of a login that was not finished
        run(s.io, s.store.lock({}));
        s.restoring.show_locked();
        REQUIRE(s.table.size() == 1);
        CHECK(s.at("a").leftovers == std::vector<std::string>{"c"});  // who revokes the one ends the other
        s.store.records.erase("c");
        CHECK(s.at("a").is_sealed);
        CHECK(s.at("a").token.empty());
        CHECK(s.table.is_default(s.at("a")));
        run(s.io, s.store.unlock({}, prompting::never));
        s.site.on_log_out.answer(site_answer<void>());
        s.site.on_life.answer(life_answer{life_word::dead, {}});
        restore(s);
        CHECK_FALSE(s.at("a").is_sealed);
        CHECK_FALSE(s.at("a").token.empty());
    }

    TEST_CASE("a lock shows nothing that is being revoked, though the disk has it still")
    {
        session_stage s;
        s.add("a", "jane");
        const session before = person("a", "jane", 5);
        s.store.writes.hold();
        auto revoking =
            start(s.io, s.revoking.revoke({"a"}, at_the_site::leave_alone, std::chrono::seconds(1)));
        pump(s.io);
        store(s, before);  // of the disk's, until it has answered
        run(s.io, s.store.lock({}));
        s.revoking.lock();
        s.restoring.show_locked();
        CHECK(s.table.size() == 0);
        s.store.writes.release();
        pump(s.io);
        CHECK(revoking.done());
    }

    TEST_CASE("what the vault has lost meanwhile is gone from the table")
    {
        session_stage s;
        store(s, person("a", "jane", 5));
        run(s.io, s.store.lock({}));
        s.restoring.show_locked();
        s.store.records.clear();
        run(s.io, s.store.unlock({}, prompting::never));
        restore(s);
        CHECK(s.table.size() == 0);
    }

    TEST_CASE("restoring twice changes nothing")
    {
        session_stage s;
        store(s, person("a", "jane", 5));
        restore(s);
        restore(s);
        CHECK(s.table.size() == 1);
        CHECK(s.at("a").generation == 5);
        CHECK(s.journal == std::vector<std::string>{"added a"});
    }

    TEST_CASE("a revoke that a lock overtakes is noted: the record goes when somebody unlocks")
    {
        session_stage s;
        s.add("a", "jane");
        store(s, s.at("a"));
        s.store.refuses_puts = true;  // locked while the revoke waited for its turn
        const auto revoked =
            run(s.io, s.revoking.revoke({"a"}, at_the_site::leave_alone, std::chrono::seconds(1)));
        CHECK(revoked);
        CHECK(s.store.records.empty());
        no_site(s);
        s.add("b", "joe");
        store(s, s.at("b"));
        CHECK(run(s.io, s.revoking.revoke({"b"}, at_the_site::log_out, std::chrono::seconds(0))));
        CHECK(s.store.records.empty());
    }
}
