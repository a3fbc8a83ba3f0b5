// SPDX-License-Identifier: Apache-2.0
#include "client/cli/why_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace sgauth;
using namespace sgauth::cli;
namespace event = proto::audit_event;
using proto::audit_entry;

namespace {

// Tuesday, 24 November 2026, 15:00 UTC.
constexpr std::int64_t now = 1795532400;
constexpr std::int64_t at_14_02 = now - 58 * 60;
constexpr std::int64_t friday_19_12 = now - 4 * 86400 + 4 * 3600 + 12 * 60;

struct in_utc {
    in_utc()
    {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }
};

audit_entry entry(std::string_view what, std::int64_t at, std::string site = "https://x.test")
{
    audit_entry e;
    e.event = what;
    e.at = at;
    e.session = "s1";
    e.site = std::move(site);
    e.user = "jane";
    e.pid = 4711;
    e.executable = "/usr/autodesk/maya/bin/maya";
    return e;
}

audit_entry refusal(std::string error, std::string reason)
{
    audit_entry e = entry(event::refused, at_14_02);
    e.error = std::move(error);
    e.reason = std::move(reason);
    return e;
}

std::string why(const std::vector<audit_entry>& entries, concern about = {})
{
    return last_surprise(entries, about, now);
}

}  // namespace

TEST_SUITE("cli.why")
{
    TEST_CASE_FIXTURE(in_utc, "nothing surprising: nothing is told")
    {
        CHECK(why({}).empty());
        audit_entry valid = entry(event::handed_out, at_14_02);
        valid.state = "valid";
        CHECK(why({entry(event::login, 1), valid, entry(event::renewed, 2), entry(event::opened, 3)}).empty()
        );
    }

    TEST_CASE_FIXTURE(in_utc, "a refusal, in the words of the issue")
    {
        audit_entry ended = entry(event::expired, at_14_02 - 60);
        ended.reason = "site";
        CHECK(
            why({entry(event::handed_out, friday_19_12), ended, refusal("Expired", "the session ...")}) ==
            "maya was refused at 14:02: session expired at the site, last used Friday 19:12; run `sgauth "
            "login`"
        );
    }

    TEST_CASE_FIXTURE(in_utc, "a hand-out that was taken back is no use of a session")
    {
        const std::string said = why(
            {entry(event::handed_out, friday_19_12),
             entry(event::handed_out, at_14_02 - 1),
             entry(event::withheld, at_14_02 - 1),
             refusal("Denied", "it cannot be recorded")}
        );
        CHECK(said.find("last used Friday 19:12") != said.npos);
    }

    TEST_CASE_FIXTURE(in_utc, "an expired session whose end is not on record, or was our own max_age")
    {
        CHECK(
            why({refusal("Expired", "x")}) == "maya was refused at 14:02: session expired; run `sgauth login`"
        );
        audit_entry ended = entry(event::expired, at_14_02 - 60);
        ended.reason = "max_age";
        CHECK(
            why({ended, refusal("Expired", "x")}) ==
            "maya was refused at 14:02: session older than renewal.max_age allows; run `sgauth login`"
        );
    }

    TEST_CASE_FIXTURE(in_utc, "nobody is logged in; of several sites the command names the one")
    {
        audit_entry e = refusal("NoSession", "nobody is logged in");
        e.session.reset();
        CHECK(why({e}) == "maya was refused at 14:02: nobody is logged in; run `sgauth login`");
        CHECK(
            why({entry(event::login, 1, "https://y.test"), e}) ==
            "maya was refused at 14:02: nobody is logged in; run `sgauth login https://x.test`"
        );
    }

    // The daemon's own words; tests/regress/why.sh has most of them from the daemon itself.
    TEST_CASE_FIXTURE(in_utc, "denied: one command, the reason's own where it names one, last of all")
    {
        struct {
            const char* reason;
            const char* ending;
        } const denied[] = {
            {"locked by `sgauth lock`; run `sgauth unlock`",
             "locked by sgauth lock, last used Friday 19:12; run `sgauth unlock`"},
            {"locked with the desktop; unlock the screen or run `sgauth unlock`",
             "locked with the desktop, last used Friday 19:12; unlock the screen or run `sgauth unlock`"},
            {"the stored sessions are sealed by a passphrase; run `sgauth unlock`",
             "sealed by a passphrase, last used Friday 19:12; run `sgauth unlock`"},
            {"the keyring is locked; unlock it, or run `sgauth unlock`",
             "the keyring is locked, last used Friday 19:12; unlock it, or run `sgauth unlock`"},
            {"somebody has removed the key of the stored sessions; run `sgauth login`",
             "the stored sessions, last used Friday 19:12; run `sgauth login`"},
            {"no answer; the stored sessions wait for x and open by themselves once it is there; run `sgauth "
             "unlock` to try at once; if it is lost, `sgauth vault --reset` sets them aside",
             "once it is there, last used Friday 19:12; run `sgauth unlock` to try at once"},
            {"the stored sessions cannot be read: /x: Input/output error; mend that, then run `sgauth "
             "unlock`",
             "output error, last used Friday 19:12; mend that, then run `sgauth unlock`"},
            {"a rule wants it confirmed (/etc/x.toml:3); run `sgauth policy confirm` in a terminal and ask "
             "again with --prompt, or have a rule allow it",
             "(/etc/x.toml:3), last used Friday 19:12; run `sgauth policy confirm` in a terminal and ask "
             "again "
             "with --prompt, or have a rule allow it"},
            {"a rule denies it (/etc/x.toml:3): ask the `desk`",
             "a rule denies it (/etc/x.toml:3): ask the desk, last used Friday 19:12; run `sgauth policy "
             "test "
             "4711`"},
            {"a person said no (/etc/x.toml:3)", "Friday 19:12; run `sgauth policy test 4711`"},
            {"wrong passphrase", "wrong passphrase, last used Friday 19:12; run `sgauth unlock`"},
            {"the settings have to be mended first: /etc/x.toml:3: a rule's action is missing",
             "is missing, last used Friday 19:12; run `sgauth status`"},
            {"the stored sessions are being opened; ask again", "Friday 19:12; run `sgauth status`"},
        };
        for (const auto& [reason, ending] : denied) {
            const std::string told = why({entry(event::handed_out, friday_19_12), refusal("Denied", reason)});
            CAPTURE(told);
            CHECK(told.starts_with("maya was refused at 14:02: "));
            CHECK(told.ends_with(ending));
            CHECK(std::count(told.begin(), told.end(), '`') == 2);
        }
    }

    TEST_CASE_FIXTURE(in_utc, "refused for what is wrong with the question, or the site")
    {
        CHECK(why({refusal("Unreachable", "https://x.test: away")}).ends_with(": away; run `sgauth status`"));
        CHECK(why({refusal("Ambiguous", "there are several sites, name one of them: a b")})
                  .ends_with("; run `sgauth list`"));
        CHECK(why({refusal(
                      "FormUnavailable",
                      "farm at https://x.test has its credential as session_token only; run `sgauth login "
                      "--script "
                      "farm --key-stdin --share-key` to have its key handed out"
                  )})
                  .ends_with("session_token only; run `sgauth login --script farm --key-stdin --share-key` "
                             "to have its "
                             "key handed out"));
    }

    TEST_CASE_FIXTURE(in_utc, "a login that was refused: while locked, by bad settings")
    {
        audit_entry e = refusal("Denied", "locked by `sgauth lock`; run `sgauth unlock`");
        e.event = event::login_failed;
        CHECK(
            why({e}) ==
            "a login of jane at https://x.test failed at 14:02: locked by sgauth lock; run `sgauth unlock`"
        );
        e.reason = "the settings have to be mended first: /etc/x.toml:3: bad";
        CHECK(why({e}).ends_with("; run `sgauth status`"));
    }

    TEST_CASE_FIXTURE(in_utc, "many refusals, by a program that is not known")
    {
        audit_entry e = refusal("Denied", "no");
        e.executable.reset();
        e.count = 12;
        e.at = at_14_02 - 50;
        e.until = at_14_02;
        CHECK(why({e}).starts_with("process 4711 was refused 12 times, last at 14:02: no"));
        e.executable = "/opt/evil\n\x1b[31m";
        CHECK(why({e}).starts_with("evil\\u{0a}\\u{1b}[31m was refused"));
    }

    TEST_CASE_FIXTURE(in_utc, "a session that ended, one that was revoked, a login that failed")
    {
        audit_entry e = entry(event::expired, at_14_02);
        e.reason = "site";
        CHECK(
            why({entry(event::handed_out, friday_19_12), e}) ==
            "the session of jane @ https://x.test ended at 14:02: session expired at the site, last used "
            "Friday 19:12; run `sgauth login`"
        );
        e = entry(event::revoked, at_14_02);
        e.executable = "/usr/bin/sgauth";
        CHECK(
            why({e}) ==
            "the session of jane @ https://x.test was revoked at 14:02 by sgauth (pid 4711); run `sgauth "
            "login`"
        );
        e.pid.reset();
        CHECK(why({e}) == "the session of jane @ https://x.test was revoked at 14:02; run `sgauth login`");
        e = entry(event::login_failed, at_14_02);
        e.session.reset();
        e.error = "Refused";
        e.reason = "the site refused the password";
        CHECK(
            why({e}) ==
            "a login of jane at https://x.test failed at 14:02: the site refused the password; run `sgauth "
            "login`"
        );
    }

    TEST_CASE_FIXTURE(in_utc, "a credential that the site could not be asked about")
    {
        audit_entry e = entry(event::handed_out, at_14_02);
        e.state = "unverified";
        e.reason = "the site does not answer";
        CHECK(
            why({entry(event::handed_out, friday_19_12), e}) ==
            "maya got a credential that was not verified at 14:02: the site does not answer, last used "
            "Friday 19:12; run `sgauth status`"
        );
    }

    TEST_CASE_FIXTURE(in_utc, "of one process, of one site, however that is spelt")
    {
        audit_entry mine = refusal("Denied", "mine");
        audit_entry other = refusal("Denied", "other");
        other.pid = 4712;
        other.site = "https://y.test";
        CHECK(why({mine, other}).find("other") != std::string::npos);
        CHECK(why({mine, other}, {4711, {}}).find("mine") != std::string::npos);
        for (const char* site : {"x.test", "https://x.test", "https://X.test/"})
            CHECK(why({mine, other}, {{}, site}).find("mine") != std::string::npos);
        CHECK(why({mine, other}, {4713, {}}).empty());
        CHECK(why({mine, other}, {{}, "z.test"}).empty());
    }

    TEST_CASE_FIXTURE(in_utc, "today, this week, earlier, later")
    {
        CHECK(when_text(now, now) == "at 15:00");
        CHECK(when_text(now - 15 * 3600, now) == "at 00:00");
        CHECK(when_text(now - 15 * 3600 - 60, now) == "Monday 23:59");
        CHECK(when_text(now - 6 * 86400 + 1, now) == "Wednesday 15:00");
        CHECK(when_text(now - 6 * 86400, now) == "2026-11-18 15:00");
        CHECK(when_text(now + 86400, now) == "2026-11-25 15:00");
    }
}
