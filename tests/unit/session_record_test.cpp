// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;

TEST_SUITE("session.record")
{
    TEST_CASE("what is no record of ours is refused")
    {
        for (const char* bad :
             {"",
              "{",
              "{}",
              R"({"v":2})",
              R"({"v":1,"site":"https://x.example"})",
              R"({"v":1,"site":"ftp://x"})",
              R"({"v":1,"id":"a","site":"https://x.example","kind":"human","user":"j","generation":1})",
              R"({"v":1,"id":"a","site":"https://x.example","kind":"robot","user":"j","generation":1,"created":1})"
             }) {
            CAPTURE(bad);
            CHECK_FALSE(read_record(vault_record{bad, {}}, boot_time(100h), wall_time(5000s)));
        }
    }

    TEST_CASE("numbers that later sums would overflow by are refused, those at the limit are not")
    {
        const auto reads = [](std::string_view generation, std::string_view created) {
            const std::string note =
                std::string(
                    R"({"v":1,"id":"a","site":"https://x.example","kind":"human","user":"j","generation":)"
                )
                    .append(generation)
                    .append(R"(,"created":)")
                    .append(created)
                    .append("}");
            return read_note(note, boot_time(100h), wall_time(1790000000s)).has_value();
        };
        CHECK(reads("253402300799000", "253402300799"));
        CHECK(reads("0", "0"));
        CHECK_FALSE(reads("253402300799001", "1"));
        CHECK_FALSE(reads("1", "253402300800"));
        CHECK_FALSE(reads("-1", "1"));
        CHECK_FALSE(reads("1", "-1"));
        CHECK_FALSE(reads("9223372036854775807", "1"));
        CHECK_FALSE(reads("1", "-9223372036854775808"));
    }

    TEST_CASE("a record gives back what was written, unverified and of its age")
    {
        session_stage s;
        s.add("a", "Jane \"J\"");
        session copy(studio);
        copy.id = "a";
        copy.user = "Jane \"J\"";
        copy.user_id = 42;
        copy.aliases = {"jane@example.com"};
        copy.generation = 7;
        copy.token = session_token("t\xc3\xa9");
        copy.created = s.time.wall();
        const vault_record record = write_record(copy, true);
        s.time.advance(5h);
        const auto back = read_record(record, boot_time(1h), s.time.wall());
        REQUIRE(back);
        CHECK(back->held.user == "Jane \"J\"");
        CHECK(back->held.user_id == 42);
        CHECK(back->held.aliases == copy.aliases);
        CHECK(back->held.generation == 7);
        CHECK(back->held.token.reveal() == "t\xc3\xa9");
        CHECK(back->is_default);
        CHECK_FALSE(back->is_revoked);
        CHECK_FALSE(back->held.past.verified);
        CHECK(back->held.past.born == boot_time(1h) - 5h);
        CHECK(record.note.find("share_key") == std::string::npos);
    }

    TEST_CASE("a script of a record from before there was a choice shares its key; later ones as they say")
    {
        session_stage s;
        s.add("a", "farm", session_kind::script);
        vault_record record = write_record(s.at("a"), false);
        CHECK(read_record(record, s.time.now(), s.time.wall())->held.shares_key);
        const std::string word = ",\"share_key\":true";
        REQUIRE(record.note.find(word) != std::string::npos);
        record.note.erase(record.note.find(word), word.size());
        const auto old = read_record(record, s.time.now(), s.time.wall());
        REQUIRE(old);
        CHECK(old->held.shares_key);
        CHECK(old->held.key.reveal() == "key-of-farm");
        s.add_confined("b", "render");
        const auto confined = read_record(s.store.records.at("b"), s.time.now(), s.time.wall());
        REQUIRE(confined);
        CHECK_FALSE(confined->held.shares_key);
        CHECK(confined->held.key.reveal() == "key-of-render");
        CHECK(confined->held.key_generation == 1);
    }

    TEST_CASE("of a confined script that is revoked the record has the token, to end it, and the key no more")
    {
        session_stage s;
        session revoked = s.just_logged_in("a", "farm", session_kind::script);
        revoked.shares_key = false;
        revoked.token = session_token("minted");
        const auto whole = read_record(write_record(revoked, false), s.time.now(), s.time.wall());
        REQUIRE(whole);
        CHECK(whole->held.key.reveal() == "key-of-farm");
        CHECK(whole->held.token.reveal() == "minted");
        vault_record cut = write_record(revoked, false);
        cut.secret = vault_secret("key-of-f");
        CHECK_FALSE(read_record(cut, s.time.now(), s.time.wall()));
        const vault_record record = write_record(revoked, false, s.time.wall());
        CHECK(record.secret.reveal() == "minted");
        const auto back = read_record(record, s.time.now(), s.time.wall());
        REQUIRE(back);
        CHECK(back->held.token.reveal() == "minted");
        CHECK(back->held.key.empty());
    }
}

TEST_SUITE("session.saver")
{
    TEST_CASE("a tombstone means a key at one site, alone or with a token beside it, and no other site's")
    {
        const auto script_at = [](const char* site, const char* token) {
            session s(*site_url::parse(site));
            s.id = "a";
            s.user = "farm";
            s.kind = session_kind::script;
            s.shares_key = false;
            s.key = script_key("key");
            s.token = session_token(token);
            return write_record(s, false);
        };
        const auto mark = [](const vault_record& r) { return std::string(credential_mark(r).reveal()); };
        const vault_record alone = script_at("https://x.example", "");
        const vault_record with_token = script_at("https://x.example", "token");
        REQUIRE(alone.secret.reveal() != with_token.secret.reveal());
        CHECK(mark(alone) == mark(with_token));
        CHECK(mark(alone) != mark(script_at("https://y.example", "")));

        session jane(*site_url::parse("https://x.example"));
        jane.id = "b";
        jane.user = "jane";
        jane.token = session_token("one");
        const std::string before = mark(write_record(jane, false));
        CHECK(before == mark(write_record(jane, true, wall_time(5000s))));
        jane.token = session_token("two");
        CHECK(before != mark(write_record(jane, false)));
        CHECK(mark(write_chosen_site(jane.site)).empty());
    }

    TEST_CASE("an end is written down, without the token, so that a restart does not bring the session back")
    {
        for (const end_reason why : {end_reason::site, end_reason::max_age}) {
            session_stage s;
            s.add("a", "jane");
            s.store.records["a"] = write_record(s.at("a"), true);
            inside(s.io, [&] { CHECK(s.table.ended("a", 1, why)); });
            const auto back = read_record(s.store.records.at("a"), s.time.now(), s.time.wall());
            REQUIRE(back);
            CHECK(back->held.past.end == why);
            CHECK(back->held.token.empty());
            CHECK(back->is_default);
        }
    }

    TEST_CASE("a session that is gone when its turn comes is not written")
    {
        session_stage s;
        s.add("a", "jane");
        auto saving = start(s.io, s.saving.save("a"));
        s.table.take("a");
        pump(s.io);
        CHECK(saving.take());
        CHECK(s.store.records.empty());
    }

    TEST_CASE("what was left behind stays while the record cannot be written, and goes once it is")
    {
        session_stage s;
        s.add_with_leftover("a", "jane", "old");
        s.store.broken = true;
        CHECK_FALSE(run(s.io, s.saving.save("a")));
        CHECK(s.store.records.contains("old"));
        CHECK(s.at("a").leftovers.size() == 1);
        s.store.broken = false;
        CHECK(run(s.io, s.saving.save("a")));
        CHECK_FALSE(s.store.records.contains("old"));
        CHECK(s.at("a").leftovers.empty());
    }
}
