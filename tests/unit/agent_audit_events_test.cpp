// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "tests/unit/agent_recorded_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

TEST_SUITE("agent.audit.events")
{
    TEST_CASE("refusals are on record before the reply, equal ones counted; a misspelt call is none")
    {
        recorded_stage s;
        CHECK(s.got().error().name == proto::error_name::no_session);
        CHECK(s.book.events() == words{"refused"});
        CHECK(s.book.entries[0].error == proto::error_name::no_session);
        CHECK(s.is_at_once());
        auto bad = recorded_stage::token_call();
        bad.min_valid_s = -1;
        CHECK(s.is_at_once(bad));
        CHECK(s.book.events() == words{"refused"});
        s.log_in("a", "jane");
        auto other = recorded_stage::token_call();
        other.user = "bob";
        CHECK_FALSE(s.is_at_once(other));
        CHECK_FALSE(s.got(other));
        s.pass(60s);
        CHECK(s.book.events() == words{"refused", "refused", "refused"});
    }

    TEST_CASE("a refusal says which form was asked for; another form is another refusal")
    {
        recorded_stage s;
        auto call = recorded_stage::token_call();
        CHECK_FALSE(s.got(call));
        CHECK(s.book.entries.back().form == proto::form::session_token);
        call.forms = {"no such\nform", "bearer"};
        CHECK_FALSE(s.is_at_once(call));
        CHECK_FALSE(s.got(call));
        CHECK(s.book.entries.back().form == "no such\\u{0a}form");
        s.log_in("f", "farm", session_kind::script);
        policy_rule no_keys;
        no_keys.action = rule_action::deny;
        no_keys.form = proto::form::script_key;
        no_keys.source = "f:1";
        s.configuration.values.rules = {no_keys};
        call.forms = {std::string(proto::form::bearer), std::string(proto::form::script_key)};
        call.user = "farm";
        CHECK(s.got(call).error().message == "a rule denies it (f:1)");
        CHECK(s.book.entries.back().form == proto::form::script_key);
        CHECK(s.is_at_once(call));
    }

    TEST_CASE(
        "a refusal of another call is on record with its program, equal ones counted, a misspelt one not"
    )
    {
        recorded_stage s;
        proto::error_reply why;
        why.name = proto::error_name::denied;
        why.message = "wrong passphrase";
        run(s.io, s.agent.record_refusal(s.me, why));
        run(s.io, s.agent.record_refusal(s.me, why));
        why.name = proto::error_name::invalid_parameter;
        run(s.io, s.agent.record_refusal(s.me, why));
        CHECK(s.book.events() == words{"refused"});
        const audit_entry& e = s.book.entries[0];
        CHECK(e.executable == "/opt/maya");
        CHECK(e.pid == 4711);
        CHECK(e.error == proto::error_name::denied);
        CHECK(e.reason == "wrong passphrase");
        CHECK_FALSE(e.form);
    }

    TEST_CASE("what root was refused is on record, equal ones counted")
    {
        recorded_stage s;
        s.me.role = caller_role::administrator;
        s.agent.note_denied(s.me, "GetCredential");
        pump(s.io);
        s.agent.note_denied(s.me, "GetCredential");
        pump(s.io);
        CHECK(s.book.events() == words{"refused"});
        CHECK(s.book.entries[0].error == proto::error_name::permission_denied);
        CHECK(s.book.entries[0].reason == "GetCredential is for the user's own processes alone");
    }

    TEST_CASE("a login that is not begun is on record, with whom it was to be of")
    {
        recorded_stage s;
        s.configuration.problems.push_back("config.toml:1: no such key");
        proto::begin_login_call call;
        call.site = studio.text();
        call.user = "jane";
        CHECK_FALSE(finish(s.io, start(s.io, s.agent.begin_login(s.me, call))));
        pump(s.io);
        CHECK(s.book.events() == words{"login_failed"});
        CHECK(s.book.entries[0].user == "jane");
        CHECK(s.book.entries[0].error == proto::error_name::denied);
    }

    TEST_CASE("an expiry is told by the table, the refusal by the request")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.table.ended("a", 1, end_reason::site);
        CHECK(s.got().error().name == proto::error_name::expired);
        CHECK(s.book.events() == words{"expired", "refused"});
        CHECK(s.book.entries[0].reason == "site");
        CHECK(s.book.entries[1].session == "a");
        CHECK(s.book.entries[1].user == "jane");
    }

    TEST_CASE("a revoke writes the counts first, then who it was, before its reply")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        CHECK(s.got());
        CHECK(s.got());
        proto::revoke_call call;
        call.all = true;
        call.local = true;
        REQUIRE(finish(s.io, start(s.io, s.agent.revoke(s.me, call))));
        CHECK(s.book.events() == words{"handed_out", "handed_out", "revoked"});
        CHECK(s.book.entries[2].executable == "/opt/maya");
        s.log_in("b", "bob");
        s.table.take("b");
        pump(s.io);
        CHECK(s.book.entries.back().event == "revoked");
        CHECK_FALSE(s.book.entries.back().pid);
    }

    TEST_CASE("a login for which nobody waits is on record a minute later; an old one that came back is none")
    {
        recorded_stage s;
        s.add("a", "jane");
        pump(s.io);
        CHECK(s.book.entries.empty());
        s.pass(60s);
        CHECK(s.book.events() == words{"login"});
        session old(studio);
        old.id = "old";
        old.created = s.time.wall() - 1h;
        s.table.put(std::move(old));
        s.pass(120s);
        CHECK(s.book.events() == words{"login"});
    }

    TEST_CASE("a full file is rotated, with the counts so far in the old one")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        CHECK(s.got());
        CHECK(s.got());
        s.book.after = ledger::room::full;
        auto nobody = recorded_stage::token_call();
        nobody.user = "nobody";
        CHECK(s.got(nobody).error().name == proto::error_name::no_session);
        pump(s.io);
        CHECK(s.book.rotations == 1);
        CHECK(s.book.events() == words{"handed_out", "refused", "handed_out"});
    }

    TEST_CASE("a clean end writes what is open")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        CHECK(s.got());
        CHECK(s.got());
        REQUIRE(finish(s.io, start(s.io, s.audit.close())));
        CHECK(s.book.closed);
        CHECK(s.book.events() == words{"handed_out", "handed_out"});
    }

    TEST_CASE("it is read in pages, open counts too; not by root")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        CHECK(s.got());
        CHECK(s.got());
        s.book.broken = "somewhere";
        auto page = s.page({{}, {}, 1});
        REQUIRE(page);
        CHECK(page->entries.size() == 1);
        CHECK(page->next == 2);
        CHECK(page->broken == "somewhere");
        CHECK(page->sink == "file");
        page = s.page({{}, page->next, {}});
        CHECK(page->entries.size() == 1);
        CHECK_FALSE(page->next);
        const std::int64_t now = s.time.wall().time_since_epoch().count();
        CHECK(s.page({now, {}, {}})->entries.size() == 2);
        CHECK(s.page({now + 1, {}, {}})->entries.empty());
        CHECK(s.page({{}, {}, 0}).error().subject == "limit");
        s.me.role = caller_role::administrator;
        CHECK(s.page().error().name == proto::error_name::denied);
    }

    TEST_CASE("the largest page fits a message")
    {
        recorded_stage s;
        audit_entry e;
        e.executable = std::string(4000, '\\');
        s.book.entries.assign(300, e);
        std::int64_t number = 0;
        for (audit_entry& one : s.book.entries)
            one.number = ++number;
        const auto page = s.page();
        REQUIRE(page->next);
        CHECK(page->entries.size() > 10);
        CHECK(page->entries.size() * 2 * 4000 < 1024 * 1024);
    }
}
