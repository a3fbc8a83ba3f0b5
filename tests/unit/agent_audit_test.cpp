// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "src/policy/process_facts.hpp"
#include "tests/support/agent_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

struct recorded_stage : agent_stage {
    recorded_stage()
    {
        configuration.values.audit.sink = audit_sink::file;
        auto maya = std::make_shared<process_facts>();
        maya->executable = "/opt/maya";
        maya->is_known = true;
        me.facts = maya;
    }
    // Somebody who was there to see his login end.
    void log_in(const std::string& id, std::string user, session_kind kind = session_kind::human)
    {
        add(id, std::move(user), kind);
        audit.claim_login(id);
    }
    // Whether a question is answered without a wait.
    bool is_at_once(const proto::get_credential_call& call = token_call())
    {
        return agent.get_credential_at_once(me, call).has_value();
    }
    static proto::get_credential_call token_call()
    {
        proto::get_credential_call call;
        call.forms = {std::string(proto::form::session_token)};
        return call;
    }
    answer<proto::audit_reply> page(proto::audit_call call = {})
    {
        return finish(io, start(io, agent.audit(me, call)));
    }
};

}  // namespace

TEST_SUITE("agent.audit")
{
    TEST_CASE("a hand-out is on record before its reply; its repeats are counted and not waited for")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.book.held = true;
        auto first = s.ask();
        pump(s.io);
        CHECK_FALSE(first.done());
        auto second = s.ask();
        pump(s.io);
        CHECK_FALSE(second.done());
        s.book.release();
        CHECK(finish(s.io, first)->credential.token);
        CHECK(finish(s.io, second)->credential.token);
        CHECK(s.book.events() == words{"handed_out"});
        const audit_entry& e = s.book.entries[0];
        CHECK(e.session == "a");
        CHECK(e.user == "jane");
        CHECK(e.site == studio.text());
        CHECK(e.executable == "/opt/maya");
        CHECK(e.pid == 4711);
        CHECK(e.form == proto::form::session_token);
        CHECK(e.state == proto::state::valid);

        const int writes = s.book.writes;
        CHECK(s.is_at_once());
        CHECK(s.is_at_once());
        pump(s.io);
        CHECK(s.book.writes == writes);
        s.pass(60s);
        CHECK(s.book.events() == words{"handed_out", "handed_out 3"});
        CHECK_FALSE(s.is_at_once());
        CHECK(s.time.sleepers() == 0);
    }

    TEST_CASE("what cannot be recorded: told in status, and refused where audit.required says so")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.book.breaks = "the disk is full";
        CHECK(s.got()->credential.token);
        CHECK(s.agent.status(s.me)->problems == words{"hand-outs are not recorded: the disk is full"});
        s.configuration.values.audit.required = true;
        CHECK_FALSE(s.is_at_once());
        const auto refused = s.got();
        CHECK(refused.error().name == proto::error_name::denied);
        CHECK(refused.error().message.find("the disk is full") != std::string::npos);
        CHECK(s.agent.status(s.me)->problems.size() == 1);
        s.book.breaks.reset();
        CHECK(s.got());
        CHECK(s.agent.status(s.me)->problems.empty());
        CHECK(s.book.events() == words{"handed_out"});
    }

    TEST_CASE("nothing is recorded: nothing is waited for; required, nothing is handed out")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.configuration.values.audit.sink = audit_sink::none;
        CHECK(s.is_at_once());
        CHECK(s.book.writes == 0);
        s.configuration.values.audit.required = true;
        CHECK(s.got().error().name == proto::error_name::denied);
        CHECK(s.agent.status(s.me)->problems.size() == 1);
    }

    TEST_CASE("a session that is revoked while its hand-out is being recorded is not handed out")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.book.held = true;
        auto asked = s.ask();
        pump(s.io);
        s.table.take("a");
        s.book.release();
        CHECK(finish(s.io, asked).error().name == proto::error_name::no_session);
    }

    TEST_CASE("a caller who goes while the line is on its way leaves no window behind")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.book.held = true;
        auto asked = s.ask();
        pump(s.io);
        asked.cancel();
        pump(s.io);
        s.book.release();
        pump(s.io);
        CHECK_FALSE(s.is_at_once());
        CHECK(s.got());
    }

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
