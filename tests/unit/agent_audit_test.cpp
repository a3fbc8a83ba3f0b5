// SPDX-License-Identifier: Apache-2.0
#include "proto/status.hpp"
#include "tests/unit/agent_recorded_stage.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

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
        // The first, which could not wait, and the last; the one that was refused is on record as that.
        CHECK(s.book.events() == words{"handed_out", "refused", "handed_out"});
    }

    TEST_CASE("where it is required a repeat is not handed out on a count that may never be written")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.configuration.values.audit.required = true;
        CHECK(s.got());
        CHECK(s.is_at_once());
        s.book.breaks = "the disk is full";
        auto nobody = recorded_stage::token_call();
        nobody.user = "nobody";
        CHECK_FALSE(s.got(nobody));
        CHECK_FALSE(s.is_at_once());
        CHECK(s.got().error().name == proto::error_name::denied);
    }

    TEST_CASE("where it is required the journal's record is as well")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.book.journal_breaks = "nobody reads";
        CHECK(s.got());
        s.configuration.values.audit.required = true;
        CHECK(s.got().error().name == proto::error_name::denied);
        // The file took the line before the journal refused it.
        CHECK(s.book.events() == words{"handed_out", "handed_out", "withheld", "refused"});
    }

    TEST_CASE("what could not be written is, without anybody asking, when the disk takes it")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        s.book.breaks = "the disk is full";
        CHECK(s.got());
        CHECK(s.got());
        s.book.breaks.reset();
        s.pass(30s);
        CHECK(s.book.events() == words{"handed_out"});
        s.pass(60s);
        CHECK(s.book.events() == words{"handed_out", "handed_out"});
        CHECK(s.time.sleepers() == 0);
    }

    TEST_CASE("another program in the same process has a line of its own")
    {
        recorded_stage s;
        s.log_in("a", "jane");
        CHECK(s.got());
        auto next = std::make_shared<process_facts>(*s.me.facts);
        next->executable = "/opt/nuke";
        next->inode = 9;
        s.me.facts = next;
        CHECK_FALSE(s.is_at_once());
        CHECK(s.got());
        CHECK(s.book.entries.back().executable == "/opt/nuke");
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
}
