// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/login_desk_fixture.hpp"

#include <vector>

using namespace sgauth;
using namespace std::chrono_literals;
using test::accepted;
using test::desk_bench;
using test::maya;
using test::nuke;
using test::pump;
using test::refused;
using test::request_of;
using test::site_of;

namespace {

bool failed_as(const proto::step& step, std::string_view error)
{
    return step.kind == "failed" && step.error == error;
}

// Whether any text of the step has a secret in it.
bool tells_a_secret(const proto::step& step)
{
    const std::string texts = step.kind + step.field.value_or("") + step.preset.value_or("") +
                              step.url.value_or("") + step.error.value_or("") + step.message.value_or("") +
                              step.foreign.value_or("");
    for (const char* hidden : {"wr0ng", "pass-word", "111111", "222222", "token-1"})
        if (texts.find(hidden) != std::string::npos)
            return true;
    return false;
}

bool refused_as(const desk_bench::answered& out, login_refusal kind)
{
    return !out && out.error().kind == kind;
}

}  // namespace

TEST_SUITE("login.desk: who may")
{
    TEST_CASE("another process's answer, and an id that nobody has, are refused alike")
    {
        desk_bench b;
        const std::string id = b.at_password();
        CHECK(refused_as(b.try_answer(id, "pass-word", nuke), login_refusal::no_such_login));
        CHECK(refused_as(b.try_answer(id, std::nullopt, nuke), login_refusal::no_such_login));
        CHECK(refused_as(b.try_answer(std::string(32, '0'), "x"), login_refusal::no_such_login));
        CHECK_FALSE(b.desk.cancel(id, nuke));
        // The same pid, given to another process.
        CHECK(refused_as(b.try_answer(id, "x", {maya.pid, maya.start_time + 1}), login_refusal::no_such_login)
        );
        CHECK(b.site.on_log_in.calls().empty());
        CHECK(b.answer(id, std::nullopt).field == "password");
    }

    TEST_CASE("what is no request or no answer names its parameter")
    {
        desk_bench b;
        auto bad = test::run(b.io, b.desk.begin(request_of(""), maya));
        REQUIRE_FALSE(bad);
        CHECK(bad.error().kind == login_refusal::bad_parameter);
        CHECK(bad.error().parameter == "user");
        const std::string id = b.at_password();
        const auto empty = b.try_answer(id, "");
        REQUIRE(refused_as(empty, login_refusal::bad_parameter));
        CHECK(empty.error().parameter == "value");
        CHECK(b.answer(id, std::nullopt).field == "password");
    }

    TEST_CASE("logins are open up to the limit and not one beyond it")
    {
        desk_bench b;
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < max_logins; ++i)
            ids.push_back(b.at_password());
        auto more = test::run(b.io, b.desk.begin(request_of("jane"), maya));
        REQUIRE_FALSE(more);
        CHECK(more.error().kind == login_refusal::busy);
        CHECK(b.desk.cancel(ids.front(), maya));
        CHECK(refused_as(b.try_answer(ids.front(), "x"), login_refusal::no_such_login));
        b.at_password();
    }

    TEST_CASE("a login that nobody answers is forgotten after ten minutes, not before")
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.time.advance(login_idle_limit - 1s);
        pump(b.io);
        CHECK(b.answer(id, std::nullopt).field == "password");  // which begins the ten minutes anew
        b.time.advance(login_idle_limit - 1s);
        pump(b.io);
        CHECK(b.desk.size() == 1);
        b.time.advance(1s);
        pump(b.io);
        CHECK(b.desk.size() == 0);
        CHECK(refused_as(b.try_answer(id, "x"), login_refusal::no_such_login));
    }

    TEST_CASE("a caller that leaves before it was told the id leaves no login behind")
    {
        desk_bench b;
        b.site.on_info.hold();
        auto gone = b.start_begin(request_of("jane"));
        REQUIRE(b.desk.size() == 1);
        gone.cancel();
        pump(b.io);
        CHECK(gone.failed());
        b.site.on_info.release();
        pump(b.io);
        CHECK(b.desk.size() == 0);
    }
}

TEST_SUITE("login.desk: the budget")
{
    TEST_CASE("after five wrong passwords nobody is asked for a sixth, in any login")
    {
        desk_bench b;
        b.site.on_log_in.always([](const auto&) { return refused<session_token>(refusal::rejected); });
        const std::string one = b.at_password();
        for (int i = 0; i < 4; ++i)
            b.answer(one, "wrong");
        const std::string two = b.at_password("JANE", nuke);
        auto last = b.try_answer(two, "wrong", nuke);
        REQUIRE(last);
        CHECK(failed_as(*last, proto::error_name::refused));  // the site refused this one; the next is denied
        CHECK(last->message->find("the next try is allowed in 60 min") != std::string::npos);
        CHECK(failed_as(b.begin(request_of("jane")).step, proto::error_name::denied));
        CHECK(b.site.on_log_in.calls().size() == max_tries);
        CHECK(b.begin(request_of("bob")).step.field == "password");
        b.time.advance(1h);
        pump(b.io);
        CHECK(b.begin(request_of("jane")).step.field == "password");
    }

    TEST_CASE("a password that was not judged costs nothing; one that may have been does")
    {
        desk_bench b;
        for (int i = 0; i < 8; ++i) {
            b.site.on_log_in.answer(unsent(trouble::offline, "connection refused"));
            CHECK(failed_as(b.answer(b.at_password(), "pass-word"), proto::error_name::unreachable));
        }
        for (std::size_t i = 0; i < max_tries; ++i) {
            b.site.on_log_in.answer(in_trouble(trouble::timed_out, "no answer in time"));
            CHECK(failed_as(b.answer(b.at_password(), "pass-word"), proto::error_name::unreachable));
        }
        CHECK(failed_as(b.begin(request_of("jane")).step, proto::error_name::denied));
    }

    TEST_CASE("a connection that ends after the password was sent costs a try: it may have been judged")
    {
        desk_bench b;
        for (std::size_t i = 0; i < max_tries; ++i) {
            b.site.on_log_in.answer(in_trouble(trouble::offline, "the connection ended before the answer"));
            CHECK(failed_as(b.answer(b.at_password(), "pass-word"), proto::error_name::unreachable));
        }
        CHECK(failed_as(b.begin(request_of("jane")).step, proto::error_name::denied));
        CHECK(b.site.on_log_in.calls().size() == max_tries);
    }

    TEST_CASE("right passwords and codes cost nothing, wrong codes do")
    {
        desk_bench b;
        for (int i = 0; i < 8; ++i) {
            b.site.on_log_in.answer(refused<session_token>(refusal::code_needed));
            b.site.on_log_in.answer(accepted(session_token("token-1")));
            const std::string id = b.at_password();
            CHECK(b.answer(id, "pass-word").field == "code");
            CHECK(b.answer(id, "123456").kind == "done");
        }
        b.site.on_log_in.always([](const auto&) { return refused<session_token>(refusal::code_needed); });
        const std::string one = b.at_password();
        b.answer(one, "pass-word");
        for (int i = 0; i < 4; ++i)
            b.answer(one, "000000");
        const std::string two = b.at_password();
        b.answer(two, "pass-word");
        CHECK(failed_as(b.answer(two, "000000"), proto::error_name::refused));
        CHECK(failed_as(b.begin(request_of("jane")).step, proto::error_name::denied));
    }

    TEST_CASE("without a count that is written down no password is sent")
    {
        desk_bench b;
        b.record.fault = error{errc::failed, "cannot write it", {}};
        CHECK(failed_as(b.answer(b.at_password(), "pass-word"), proto::error_name::failed));
        CHECK(b.site.on_log_in.calls().empty());
    }
}

TEST_SUITE("login.desk: the way through")
{
    TEST_CASE("a site that cannot be asked is said at once, and nothing stays open")
    {
        desk_bench b;
        b.site.on_info.answer(in_trouble(trouble::untrusted, "its certificate is not trusted"));
        const auto out = b.begin(request_of("jane"));
        CHECK(failed_as(out.step, proto::error_name::unreachable));
        CHECK(out.step.message->find("certificate") != std::string::npos);
        CHECK(out.id.empty());
        CHECK(b.desk.size() == 0);
    }

    TEST_CASE(
        "password and code: the session is kept before it is known whose it is, and no step tells a secret"
    )
    {
        desk_bench b;
        b.site.on_log_in.answer(refused<session_token>(refusal::rejected, "bad password"));
        b.site.on_log_in.answer(refused<session_token>(refusal::code_needed, "a code please"));
        b.site.on_log_in.answer(refused<session_token>(refusal::rejected, "bad code"));
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        login_request request = request_of(" jane ");
        request.make_default = true;
        const auto begun = b.begin(request);
        std::vector<proto::step> steps{begun.step};
        for (const char* value : {"wr0ng", "pass-word", "111111"})
            steps.push_back(b.answer(begun.id, value));
        b.sink.on_store.hold();
        auto last = b.start_answer(begun.id, "222222");
        CHECK_FALSE(last.done());
        CHECK(b.site.on_who_is.calls().empty());
        b.sink.on_store.release();
        pump(b.io);
        REQUIRE(last.done());
        steps.push_back(*last.take());
        CHECK(steps.back().kind == "done");
        CHECK(steps.back().session->user == "jane");

        const auto& sent = b.site.on_log_in.calls();
        REQUIRE(sent.size() == 4);
        CHECK(sent[2].secret == "pass-word");
        CHECK(sent[3].secret == "pass-word");
        CHECK(sent[3].code == "222222");
        CHECK(b.sink.on_store.calls().at(0).token == "token-1");
        const completion& known = b.sink.on_complete.calls().at(0);
        CHECK(known.who->id == 42);
        CHECK(known.may_become_default);
        CHECK(known.make_default);
        CHECK(known.aliases == std::vector<std::string>{"jane", "jane@example.com"});
        for (const proto::step& s : steps)
            CHECK_FALSE(tells_a_secret(s));
        proto::step planted;
        planted.foreign = "no user with pass-word";
        CHECK(tells_a_secret(planted));
        CHECK(b.desk.size() == 0);
        CHECK(refused_as(b.try_answer(begun.id, std::nullopt), login_refusal::no_such_login));
    }

    TEST_CASE("a usable session is said to be there, and nothing is asked; unless a new login is wanted")
    {
        desk_bench b;
        proto::session_info there;
        there.id = "there";
        b.sink.usable.emplace("https://studio.example.com jane", there);
        login_request request = request_of("jane");
        const auto out = b.begin(request);
        CHECK(out.step.kind == "done");
        CHECK(out.step.session->id == "there");
        CHECK(b.site.on_info.calls().empty());
        CHECK(b.sink.made_default.empty());
        request.make_default = true;
        CHECK(b.begin(request).step.session->is_default);
        CHECK(b.sink.made_default == std::vector<std::string>{"there"});
        request.again = true;
        CHECK(b.begin(request).step.field == "password");
    }

    TEST_CASE("without a site the default one is meant; without that it is asked for")
    {
        desk_bench b;
        CHECK(b.begin(login_request{}).step.field == "site");
        b.sink.default_one = site_of("https://other.example.com");
        CHECK(b.begin(login_request{}).step.field == "user");
        CHECK(b.site.on_info.calls().back().site == "https://other.example.com");
    }

    TEST_CASE("a script by its key")
    {
        desk_bench b;
        b.site.on_check_script.answer(refused<site_identity>(refusal::rejected));
        b.site.on_check_script.answer(accepted(site_identity{9, "farm", ""}));
        login_request request;
        request.site = site_of();
        request.script = "farm";
        const auto begun = b.begin(request);
        CHECK(b.answer(begun.id, "wrong").field == "key");
        CHECK(b.answer(begun.id, "the-key").session->user == "farm");
        CHECK(b.sink.on_store.calls().at(0).kind == login_kind::script);
        CHECK(b.sink.on_store.calls().at(0).key == "the-key");
        CHECK(b.record.writes == 0);
    }

    TEST_CASE("a site that will not say whose a login is: it is whose it was typed to be")
    {
        desk_bench b;
        b.site.on_who_is.answer(in_trouble(trouble::offline, "gone"));
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        CHECK(b.answer(b.at_password(), "pass-word").session->user == "jane");
        CHECK_FALSE(b.sink.on_complete.calls().at(0).who);
    }
}
