// SPDX-License-Identifier: Apache-2.0
#include "src/session/session_table.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

const site_url studio = *site_url::parse("https://studio.example.com");
const site_url other = *site_url::parse("https://other.example.com");
constexpr boot_time start{1000h};
constexpr wall_time noon{1'700'000'000s};

session make(std::string id, const site_url& site, std::string user, session_kind kind = session_kind::human)
{
    session s(site);
    s.id = std::move(id);
    s.user = std::move(user);
    s.kind = kind;
    s.generation = 1;
    s.token = session_token("token of " + s.user);
    s.past.born = start;
    return s;
}

using told = std::vector<std::pair<session_event, std::string>>;

struct listened {
    session_table table;
    told events;
    listened()
    {
        table.listen([this](session_event e, const session& s) { events.emplace_back(e, s.id); });
    }
};

}  // namespace

TEST_SUITE("session.table")
{
    TEST_CASE("what is stale is refused and changes nothing")
    {
        listened l;
        l.table.put(make("a", studio, "jane"));
        l.events.clear();
        CHECK_FALSE(l.table.verified("a", 2, {start, 0s}, noon));
        CHECK_FALSE(l.table.verified("b", 1, {start, 0s}, noon));
        CHECK_FALSE(l.table.ended("a", 0, end_reason::site));
        CHECK_FALSE(l.table.troubled("a", 2, start + 1h));
        CHECK_FALSE(l.table.make_default("b"));
        CHECK_FALSE(l.table.take("b"));
        CHECK(l.events.empty());
        CHECK_FALSE(l.table.find("a")->past.verified);
        CHECK_FALSE(l.table.find("a")->token.empty());
    }

    TEST_CASE("the first person of a site becomes its default, a script never by itself")
    {
        listened l;
        l.table.put(make("s", studio, "farm", session_kind::script));
        CHECK(l.table.default_of(studio) == nullptr);
        l.table.put(make("a", studio, "jane"));
        l.table.put(make("b", studio, "bob"));
        CHECK(l.table.default_of(studio)->id == "a");
        CHECK(l.table.make_default("s"));
        CHECK(l.table.default_of(studio)->id == "s");
        CHECK(l.table.default_of(other) == nullptr);
        CHECK(
            l.events ==
            told{
                {session_event::added, "s"},
                {session_event::added, "a"},
                {session_event::became_default, "a"},
                {session_event::added, "b"},
                {session_event::became_default, "s"}
            }
        );
    }

    TEST_CASE("nobody inherits the default of a person who was revoked")
    {
        listened l;
        l.table.put(make("a", studio, "jane"));
        l.table.put(make("b", studio, "bob"));
        const auto taken = l.table.take("a");
        REQUIRE(taken);
        CHECK(taken->token.reveal() == "token of jane");
        CHECK(l.table.default_of(studio) == nullptr);
        CHECK(l.table.find_user(studio, "jane") == nullptr);
        CHECK(l.events.back() == std::pair(session_event::revoked, std::string("a")));
    }

    TEST_CASE("users are found by any spelling, two people of one site apart, sites apart")
    {
        session_table table;
        session jane = make("a", studio, "Jane");
        jane.aliases = {"jane@example.com"};
        jane.user_id = 42;
        table.put(std::move(jane));
        table.put(make("b", studio, "bob"));
        table.put(make("c", other, "jane"));
        CHECK(table.find_user(studio, " JANE ")->id == "a");
        CHECK(table.find_user(studio, "jane@EXAMPLE.com")->id == "a");
        CHECK(table.find_user(studio, "bob")->id == "b");
        CHECK(table.find_user(other, "jane")->id == "c");
        CHECK(table.find_user(studio, "jan") == nullptr);
        CHECK(table.find_person(studio, 42)->id == "a");
        CHECK(table.find_person(other, 42) == nullptr);
        CHECK(table.find_person(studio, 0) == nullptr);
        CHECK(table.sites() == std::vector{other, studio});
    }

    TEST_CASE("a person goes before a script of the same name")
    {
        session_table table;
        table.put(make("a", studio, "farm", session_kind::script));
        table.put(make("z", studio, "farm"));
        CHECK(table.find_user(studio, "farm")->id == "z");
    }

    TEST_CASE("an alias that two share names nobody; a login goes before an alias")
    {
        session_table table;
        for (const char* id : {"a", "b"}) {
            session s = make(id, studio, id);
            s.aliases = {"team@example.com", "c"};
            table.put(std::move(s));
        }
        CHECK(table.find_user(studio, "team@example.com") == nullptr);
        CHECK(table.named(studio, "Team@example.com").size() == 2);
        table.put(make("z", studio, "c"));
        CHECK(table.find_user(studio, "c")->id == "z");
        CHECK(table.named(studio, "c").size() == 1);
        table.take("b");
        CHECK(table.find_user(studio, "team@example.com")->id == "a");
    }

    TEST_CASE("a wipe takes all out and begins another era")
    {
        listened l;
        l.table.put(make("a", studio, "jane"));
        const std::uint64_t before = l.table.era();
        l.table.wipe();
        CHECK(l.table.size() == 0);
        CHECK(l.table.era() != before);
        CHECK(l.events.back() == std::pair(session_event::revoked, std::string("a")));
    }

    TEST_CASE("an end wipes the credential and is told once")
    {
        listened l;
        l.table.put(make("a", studio, "jane"));
        l.events.clear();
        CHECK(l.table.ended("a", 1, end_reason::site));
        CHECK_FALSE(l.table.ended("a", 1, end_reason::max_age));
        CHECK(l.table.find("a")->token.empty());
        CHECK(l.table.find("a")->past.end == end_reason::site);
        CHECK_FALSE(l.table.verified("a", 1, {start, 0s}, noon));
        CHECK(l.events == told{{session_event::expired, "a"}});
    }

    TEST_CASE("an answer of the site clears the failures before it")
    {
        session_table table;
        table.put(make("a", studio, "jane"));
        CHECK(table.troubled("a", 1, start + 1h));
        CHECK(table.troubled("a", 1, start + 2h));
        CHECK(table.find("a")->past.failures == 2);
        CHECK(table.verified("a", 1, {start + 3h, 5s}, noon));
        CHECK(table.find("a")->past.failures == 0);
        CHECK(table.find("a")->past.not_before == boot_time());
        CHECK(table.find("a")->past.suspended_then == 5s);
    }

    TEST_CASE("generations rise, also over a restart and a clock that was set back")
    {
        session_table table;
        const std::int64_t first = table.next_generation("a", noon);
        CHECK(first == 1'700'000'000'000);
        session s = make("a", studio, "jane");
        s.generation = first;
        table.put(std::move(s));
        CHECK(table.next_generation("a", noon - 1h) == first + 1);
        CHECK(table.next_generation("a", noon + 1s) == first + 1000);
    }
}
