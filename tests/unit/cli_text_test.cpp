// SPDX-License-Identifier: Apache-2.0
//
// What the command line says: times, tables, sessions, pages.

#include "client/cli/conversation.hpp"
#include "client/cli/policy_confirm.hpp"
#include "client/cli/policy_text.hpp"
#include "client/cli/pretty.hpp"
#include "client/cli/revoke_text.hpp"
#include "client/cli/session_text.hpp"
#include "client/cli/status_text.hpp"
#include "client/cli/table.hpp"
#include "client/cli/time_text.hpp"
#include "proto/json.hpp"

#include <doctest/doctest.h>

namespace sgauth::cli {

TEST_CASE("durations name the two largest units that say something")
{
    CHECK(duration_text(-1) == "0 s");
    CHECK(duration_text(0) == "0 s");
    CHECK(duration_text(59) == "59 s");
    CHECK(duration_text(60) == "1 min");
    CHECK(duration_text(119) == "1 min");
    CHECK(duration_text(3600) == "1 h");
    CHECK(duration_text(3659) == "1 h");
    CHECK(duration_text(3660) == "1 h 1 min");
    CHECK(duration_text(86399) == "23 h 59 min");
    CHECK(duration_text(86400) == "1 d");
    CHECK(duration_text(90000) == "1 d 1 h");
}

TEST_CASE("moments are told from now")
{
    CHECK(ago_text(1010, 1000) == "just now");
    CHECK(ago_text(996, 1000) == "just now");
    CHECK(ago_text(995, 1000) == "5 s ago");
    CHECK(ago_text(880, 1000) == "2 min ago");
    CHECK(ago_text(0, 7199) == "1 h ago");
    CHECK(until_text(1000, 1000) == "now");
    CHECK(until_text(900, 1000) == "now");
    CHECK(until_text(1001, 1000) == "in 1 s");
    CHECK(until_text(1000 + 23 * 3600, 1000) == "in 23 h");
    CHECK(moment_text(1790000000).size() == 16);
}

TEST_CASE("columns line up by what characters take on a terminal")
{
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("b\xc3\xa9") == 2);                 // é
    CHECK(display_width("e\xcc\x81") == 1);                 // e and a combining accent
    CHECK(display_width("\xe6\x9d\xb1\xe4\xba\xac") == 4);  // Tokyo
    CHECK(display_width("\xf0\x9f\x98\x80") == 2);          // an emoji
    table t({"A", "USER", "B"});
    t.add({"*", "\xe6\x9d\xb1", "x"});
    t.add({"", "jane.doe", ""});
    CHECK(t.text(false) == "A  USER      B\n*  \xe6\x9d\xb1        x\n   jane.doe\n");
    CHECK(t.text(true).substr(0, 4) == "\x1b[1m");
}

TEST_CASE("bytes that are no UTF-8 do not lead the width astray")
{
    CHECK(display_width("\xff\xfe") == 2);
    CHECK(display_width("\xe6\x9d") == 2);
}

TEST_CASE("a session's state is said where it is not valid")
{
    proto::session_info s;
    s.state = "valid";
    s.reason = "whatever";
    CHECK(state_note(s) == "");
    s.state = "unverified";
    CHECK(state_note(s) == " (unverified)");
    s.state = "locked";
    s.reason.reset();
    CHECK(state_note(s) == " (locked)");
    s.state = "expired";
    CHECK(state_note(s) == " (expired)");
    s.reason = "site";
    CHECK(state_note(s) == " (expired: the site rejected it)");
    s.reason = "max_age";
    CHECK(state_note(s) == " (expired: it reached its maximum age)");
    s.reason = "\x1b]0;owned\x07";
    CHECK(state_note(s) == " (expired: \\u{1b}]0;owned\\u{07})");
    s.state = "of a later version";
    CHECK(state_note(s) == " (of a later version)");
}

TEST_CASE("a credential's document is the session with it")
{
    proto::get_credential_reply reply;
    reply.session.id = "i1";
    reply.form = "session_token";
    reply.credential.token.emplace("a\"b");
    proto::json_document d;
    REQUIRE(d.parse(credential_document(reply)) == proto::json_fault::none);
    CHECK(d.root()["id"].as_string() == "i1");
    CHECK(d.root()["form"].as_string() == "session_token");
    CHECK(d.root()["token"].as_string() == "a\"b");
    CHECK(d.root().size() == 13);
    reply.form = "script_key";
    reply.credential = {};
    reply.credential.script_name = "farm";
    reply.credential.script_key.emplace("k");
    REQUIRE(d.parse(credential_document(reply)) == proto::json_fault::none);
    CHECK(d.root()["script_name"].as_string() == "farm");
    CHECK(d.root()["script_key"].as_string() == "k");
    CHECK_FALSE(d.root()["token"]);
}

TEST_CASE("what became of a session claims no more than was seen")
{
    proto::revoked r;
    r.user = "jane";
    r.site = "https://x";
    r.kind = "human";
    const auto says = [&](const char* at_site) {
        r.at_site = at_site;
        return revoked_line(r, 1000).substr(std::string("jane @ https://x: ").size());
    };
    CHECK(says("confirmed") == "revoked; the site rejects it now");
    CHECK(says("still_accepted") == "revoked here; the site still accepts it");
    CHECK(says("unconfirmed") == "revoked here; there is no way to tell whether the site still accepts it");
    CHECK(says("unreachable") == "revoked here; the site could not be reached and will be tried again");
    CHECK(says("not_tried") == "removed here; the site was not told");
    CHECK(says("new\nword") == "revoked here; at the site: new\\u{0a}word");
    r.accepted_until = 1000 + 7200;
    CHECK(
        says("still_accepted").find("; it may be accepted until " + moment_text(8200)) != std::string::npos
    );
    CHECK(says("still_accepted").find("(in 2 h)") != std::string::npos);
    r.kind = "script";
    CHECK(says("not_tried").find("change the key at the site") != std::string::npos);
    // Its token was ended; its key is another matter.
    CHECK(says("confirmed").find("the site rejects it now; its key is changed at the site") == 9);
}

TEST_CASE("the status page begins with what is wrong")
{
    proto::status_reply s;
    s.version = "0.1.0";
    s.pid = 42;
    s.started_at = 1000;
    s.storage = "in memory";
    s.problems = {"/etc/x:1: bad\nkey"};
    s.sites.push_back({"https://x", 2, 86400, "assumed", "not_working"});
    s.settings.push_back({"renewal.policy", "on-use", "built in"});
    const std::string page = status_page(s, settings_shown::no, 4660, false);
    CHECK(page.find("problem: /etc/x:1: bad\\u{0a}key\n") == 0);
    CHECK(page.find("sgauthd 0.1.0, pid 42\n") != std::string::npos);
    CHECK(page.find("running for   1 h 1 min\n") != std::string::npos);
    CHECK(page.find("default site  none\n") != std::string::npos);
    CHECK(page.find("1 d          assumed  not working\n") != std::string::npos);
    CHECK(page.find("renewal.policy") == std::string::npos);
    CHECK(
        status_page(s, settings_shown::yes, 4660, false).find("renewal.policy  on-use  built in\n") !=
        std::string::npos
    );
    CHECK(status_page(s, settings_shown::no, 4660, true).find("\x1b[1;33mproblem") == 0);
}

TEST_CASE("a login's prompts")
{
    proto::step step;
    step.kind = "text";
    step.field = "user";
    CHECK(prompt_of(step) == "Login: ");
    step.preset = "ja\x1bne";
    CHECK(prompt_of(step) == "Login [ja\\u{1b}ne]: ");
    step.kind = "secret";
    step.field = "password";
    CHECK(prompt_of(step) == "Password: ");
    step.field = "badge";
    CHECK(prompt_of(step) == "badge: ");
    step.choices = {{"a", "A"}, {"b", "B"}};
    CHECK(choice_of(step, "0") == nullptr);
    CHECK(choice_of(step, "3") == nullptr);
    CHECK(choice_of(step, "1x") == nullptr);
    CHECK(choice_of(step, "") == nullptr);
    CHECK(choice_of(step, "-1") == nullptr);
    REQUIRE(choice_of(step, "2") != nullptr);
    CHECK(choice_of(step, "2")->value == "b");
}

TEST_CASE("a question is shown with all that is known, fit for a terminal")
{
    proto::watch_questions_reply q;
    q.event = "ask";
    CHECK(
        question_text(q) ==
        "a program that is not known (no unit) wants the credential of  @ \n  a rule wants it confirmed"
    );
    q.executable = "/opt/\x1b[2Jtool";
    q.pid = 12;
    q.unit = "a.scope";
    q.site = "https://x.test";
    q.user = "ja\nne";
    q.form = "session_token";
    q.reason = "a rule wants it confirmed (f:1)";
    CHECK(
        question_text(q) ==
        "/opt/\\u{1b}[2Jtool (pid 12, a.scope) wants the session_token of ja\\u{0a}ne @ "
        "https://x.test\n  a rule wants it confirmed (f:1)"
    );
}

TEST_CASE("only y and yes are a yes")
{
    for (const char* yes : {"y\n", "Y\n", "yes\n", "YES\r\n", " y \n", "y"})
        CHECK(is_yes(yes));
    for (const char* no : {"", "\n", "n\n", "no\n", "yy\n", "yes please\n", "\ty\n", "y\ny\n", "1\n", "ye\n"})
        CHECK_FALSE(is_yes(no));
}

TEST_CASE("JSON for eyes says the same as JSON")
{
    proto::json_document d;
    REQUIRE(d.parse(R"({"a":[1,{"b":"x\ny"}],"c":{},"d":[],"e":null})") == proto::json_fault::none);
    std::string out;
    write_pretty(out, d.root());
    CHECK(
        out ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\ny\"\n    }\n  ],\n  \"c\": {},\n  \"d\": [],\n  "
        "\"e\": null\n}"
    );
}

}  // namespace sgauth::cli
