// SPDX-License-Identifier: Apache-2.0
//
// Logins on record: what the site said, whoever listens still.
#include "proto/status.hpp"
#include "tests/unit/agent_login_fixture.hpp"
#include "tests/unit/agent_recorded_stage.hpp"

using namespace sgauth;
using namespace sgauth::test;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

struct login_stage : recorded_stage {
    std::string login;

    login_stage()
    {
        auto call = at_studio();
        call.user = "jane";
        auto begun = run(io, agent.begin_login(me, std::move(call)));
        REQUIRE(begun);
        login = begun->login;
    }
    started<answer<proto::answer_reply>> answers(const char* text)
    {
        proto::answer_call word;
        word.login = login;
        word.value = secret(text);
        auto answering = start(io, agent.answer_login(me, std::move(word)));
        pump(io);
        return answering;
    }
    // Answers, and hangs up while the site is asked; then comes what the site says.
    void answers_and_leaves(const char* text, site_verdict<session_token> verdict)
    {
        site.on_log_in.hold();
        site.on_log_in.answer(std::move(verdict));
        auto answering = answers(text);
        answering.cancel();
        pump(io);
        CHECK(book.entries.empty());
        site.on_log_in.release();
        pump(io);
    }
    // The same, of one who calls it off.
    void answers_and_cancels(const char* text, site_verdict<session_token> verdict)
    {
        site.on_log_in.hold();
        site.on_log_in.answer(std::move(verdict));
        auto answering = answers(text);
        CHECK(agent.cancel_login(me, proto::cancel_login_call{login}));
        pump(io);
        CHECK(answering.take().error().name == proto::error_name::cancelled);
        site.on_log_in.release();
        pump(io);
    }
    const audit_entry& only_entry() const
    {
        REQUIRE(book.entries.size() == 1);
        return book.entries[0];
    }
};

site_verdict<session_token> wrong()
{
    return refused<session_token>(refusal::rejected);
}

}  // namespace

TEST_SUITE("agent.log_in: record")
{
    TEST_CASE("a wrong password is on record before the reply, once, and again for the next")
    {
        login_stage s;
        s.book.held = true;
        s.site.on_log_in.answer(wrong());
        auto answering = s.answers("pw");
        CHECK_FALSE(answering.done());
        s.book.release();
        pump(s.io);
        s.book.held = false;
        REQUIRE(answering.done());
        CHECK(s.only_entry().error == proto::error_name::refused);
        CHECK(s.only_entry().user == "jane");
        s.site.on_log_in.answer(wrong());
        CHECK(s.answers("pw").take());
        CHECK(s.book.events() == words{"login_failed", "login_failed"});
    }

    TEST_CASE("a wrong password, or a wrong code, of a client that hung up is on record, with who it was")
    {
        for (const bool with_code : {false, true}) {
            CAPTURE(with_code);
            login_stage s;
            if (with_code) {
                s.site.on_log_in.answer(refused<session_token>(refusal::code_needed));
                CHECK(s.answers("pw").take());
                CHECK(s.book.entries.empty());  // to be asked for one is no refusal
            }
            s.answers_and_leaves(with_code ? "123456" : "pw", wrong());
            CHECK(s.only_entry().event == "login_failed");
            CHECK(s.only_entry().error == proto::error_name::refused);
            CHECK(s.only_entry().executable == "/opt/maya");
            CHECK(s.only_entry().site == studio.text());
            CHECK(s.only_entry().user == "jane");
        }
    }

    TEST_CASE("what the site accepted of a client that hung up is kept, and on record as its login, once")
    {
        login_stage s;
        knows(s, 7, "jane", "jane@example.com");
        s.answers_and_leaves("pw", accepted(session_token("t")));
        REQUIRE(s.table.size() == 1);
        CHECK(s.only_entry().event == "login");
        CHECK(s.only_entry().executable == "/opt/maya");
        CHECK(s.only_entry().session == s.table.all()[0]->id);
        s.pass(120s);
        CHECK(s.book.events() == words{"login"});
    }

    TEST_CASE("what became of a login that was cancelled while the site was asked is on record all the same")
    {
        login_stage refused;
        refused.answers_and_cancels("pw", wrong());
        CHECK(refused.only_entry().event == "login_failed");
        CHECK(refused.only_entry().error == proto::error_name::refused);
        CHECK(refused.only_entry().user == "jane");
        login_stage kept;
        knows(kept, 7, "jane", "jane@example.com");
        kept.answers_and_cancels("pw", accepted(session_token("t")));
        REQUIRE(kept.table.size() == 1);
        CHECK(kept.only_entry().event == "login");
        CHECK(kept.only_entry().session == kept.table.all()[0]->id);
        login_stage early;
        CHECK(early.agent.cancel_login(early.me, proto::cancel_login_call{early.login}));
        pump(early.io);
        CHECK(early.book.entries.empty());  // nobody was asked
    }

    TEST_CASE("a login that cannot be kept is logged out at the site, and the record says so")
    {
        for (const bool is_there : {true, false}) {
            login_stage s;
            s.store.refuses_puts = true;  // locked meanwhile
            s.site.on_log_out.always([=](const site_call&) {
                return is_there ? site_answer<void>()
                                : std::unexpected(site_trouble{trouble::offline, "away", {}, {}});
            });
            s.answers_and_leaves("pw", accepted(session_token("t")));
            CHECK(s.table.size() == 0);
            REQUIRE(s.site.on_log_out.calls().size() == 1);
            CHECK(s.site.on_log_out.calls()[0].secret == "t");
            CHECK(s.only_entry().event == "login_failed");
            const char* told = is_there ? "it was logged out there" : "the site could not be told to end it";
            CHECK(s.only_entry().reason.value_or("").find(told) != std::string::npos);
        }
    }
}
