// SPDX-License-Identifier: Apache-2.0
#include "src/session/renewal_policy.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

constexpr boot_time start{1000h};

// A day's window, kept 12 h after the last ask, 30 days at most: as the settings have it.
const renewal_rules rules;

session_past logged_in()
{
    session_past past;
    past.born = start;
    past.verified = start;
    return past;
}

moment at(boot_clock::duration later, boot_clock::duration suspended = 0h)
{
    return {start + later, suspended};
}

}  // namespace

TEST_SUITE("session.renewal_policy")
{
    TEST_CASE("a session that was never accepted is unverified, not valid")
    {
        session_past past;
        past.born = start;
        CHECK(state_of(past, rules, at(0h)) == session_state::unverified);
        CHECK(sure_for(past, rules, at(0h)) == 0h);
    }

    TEST_CASE("valid up to the end of the idle window, and not at it")
    {
        const session_past past = logged_in();
        CHECK(state_of(past, rules, at(24h - 1ns)) == session_state::valid);
        CHECK(state_of(past, rules, at(24h)) == session_state::unverified);
        CHECK(sure_for(past, rules, at(23h)) == 1h);
    }

    TEST_CASE("idle for ever is unverified, never expired: only the site or max_age end a session")
    {
        session_past past = logged_in();
        CHECK(state_of(past, rules, at(29 * 24h)) == session_state::unverified);
        CHECK(state_of(past, rules, at(30 * 24h - 1ns)) == session_state::unverified);
        CHECK(state_of(past, rules, at(30 * 24h)) == session_state::expired);
        CHECK(end_of(past, rules, start + 30 * 24h) == end_reason::max_age);
        past.end = end_reason::site;
        CHECK(state_of(past, rules, at(0h)) == session_state::expired);
        CHECK(end_of(past, rules, start) == end_reason::site);
    }

    TEST_CASE("a suspend makes it unverified within the window; clock noise does not")
    {
        const session_past past = logged_in();
        CHECK(state_of(past, rules, at(1h, suspend_tolerance)) == session_state::valid);
        CHECK(state_of(past, rules, at(1h, suspend_tolerance + 1ns)) == session_state::unverified);
    }

    TEST_CASE("a script's key has no window and no age")
    {
        renewal_rules script = rules;
        script.has_idle_window = false;
        session_past past = logged_in();
        CHECK(state_of(past, script, at(1000 * 24h)) == session_state::valid);
        CHECK_FALSE(known_end(past, script));
        CHECK(sure_for(past, script, at(1h)) == boot_clock::duration::max());
        CHECK_FALSE(next_renewal(past, script, at(1h), 0));
        past.end = end_reason::site;
        CHECK(state_of(past, script, at(0h)) == session_state::expired);
    }

    TEST_CASE("nobody asked, nothing is renewed; always and never mean it")
    {
        session_past past = logged_in();
        CHECK_FALSE(next_renewal(past, rules, at(0h), 0));
        renewal_rules other = rules;
        other.when = renew_when::always;
        CHECK(next_renewal(past, other, at(0h), 0) == start + 12h);
        other.when = renew_when::never;
        past.asked = start;
        CHECK_FALSE(next_renewal(past, other, at(0h), 0));
    }

    TEST_CASE("renewed at half of the window, moved by a tenth at most")
    {
        session_past past = logged_in();
        past.asked = start + 1h;
        CHECK(next_renewal(past, rules, at(1h), 0) == start + 12h);
        const auto early = next_renewal(past, rules, at(1h), -0.1);
        REQUIRE(early);
        CHECK(*early - (start + 10h + 48min) < 1s);
        past.asked = start + 2h;
        const auto late = next_renewal(past, rules, at(2h), 0.1);
        REQUIRE(late);
        CHECK(start + 13h + 12min - *late < 1s);
    }

    TEST_CASE("kept for keep_for after the last ask, and not longer")
    {
        session_past past = logged_in();
        past.asked = start;
        CHECK(next_renewal(past, rules, at(0h), 0));  // due at 12 h, asked within 12 h of it
        past.asked = start - 1ns;
        CHECK_FALSE(next_renewal(past, rules, at(0h), 0));
    }

    TEST_CASE("due at once after a suspend, if it is in use")
    {
        session_past past = logged_in();
        past.asked = start;
        CHECK(next_renewal(past, rules, at(1h, 10min), 0) == start + 1h);
        past.asked.reset();
        CHECK_FALSE(next_renewal(past, rules, at(1h, 10min), 0));
    }

    TEST_CASE("a silent site is left alone for longer and longer, up to a limit")
    {
        CHECK(pause_after(1, std::nullopt, 0) == 2s);
        CHECK(pause_after(2, std::nullopt, 0) == 4s);
        CHECK(pause_after(3, std::nullopt, 0) == 8s);
        CHECK(pause_after(50, std::nullopt, 0) == 15min);
        CHECK(pause_after(1, 60s, 0) == 60s);
        CHECK(pause_after(1, std::chrono::seconds(48h), 0) == 1h);
        session_past past = logged_in();
        past.asked = start + 12h;
        past.not_before = start + 13h;
        CHECK(next_renewal(past, rules, at(12h), 0) == start + 13h);
    }

    TEST_CASE("how long it can last is bounded by the window and by max_age")
    {
        const session_past past = logged_in();
        CHECK(longest_possible(past, rules, start) == 24h);
        CHECK(longest_possible(past, rules, start + 30 * 24h - 1h) == 1h);
        CHECK(longest_possible(past, rules, start + 31 * 24h) == 0h);
    }

    TEST_CASE("a report is news only if the credential was given out since the site accepted it")
    {
        session_past past = logged_in();
        CHECK_FALSE(is_report_news(past, start + 1h));  // never handed out
        past.handed_out = start + 1min;
        CHECK(is_report_news(past, start + 1h));
        past.verified = start + 2min;
        CHECK_FALSE(is_report_news(past, start + 1h));
        past.handed_out = start + 2min;
        CHECK_FALSE(is_report_news(past, start + 2min + fresh_verdict - 1ns));
        CHECK(is_report_news(past, start + 2min + fresh_verdict));
        past.not_before = start + 2h;
        CHECK_FALSE(is_report_news(past, start + 1h));
        past.not_before = {};
        past.end = end_reason::site;
        CHECK_FALSE(is_report_news(past, start + 1h));
    }
}
