// SPDX-License-Identifier: Apache-2.0
//
// Logins beside each other, and those who leave or wait while the site is asked.
#include "tests/unit/login_desk_fixture.hpp"

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

TEST_SUITE("login.desk: somebody else")
{
    TEST_CASE("a login that the site says is another's becomes that one's session, and fails for who waited")
    {
        desk_bench b;
        b.site.on_who_is.always([](const auto&) {
            return accepted(test::fake_site_client::known_user(site_identity{7, "bob", "bob@example.com"}));
        });
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        login_request request = request_of("jane");
        request.make_default = true;
        const auto begun = b.begin(request);
        const proto::step last = b.answer(begun.id, "pass-word");
        CHECK(last.kind == "failed");
        CHECK(last.error == proto::error_name::denied);
        CHECK_FALSE(last.session);
        CHECK(last.message->find("bob is logged in now") != std::string::npos);
        const completion& known = b.sink.on_complete.calls().at(0);
        CHECK(known.who->login == "bob");
        CHECK_FALSE(known.may_become_default);
        CHECK_FALSE(known.make_default);
        CHECK(known.aliases == std::vector<std::string>{"bob@example.com"});
    }

    TEST_CASE("logged in by e-mail or in other letters it is the same person")
    {
        for (const char* typed : {"jane@example.com", "JANE"}) {
            desk_bench b;
            b.site.on_who_is.always([](const auto&) {
                return accepted(
                    test::fake_site_client::known_user(site_identity{7, "jane", "Jane@Example.com"})
                );
            });
            b.site.on_log_in.answer(accepted(session_token("token-1")));
            CHECK(b.answer(b.at_password(typed), "pass-word").kind == "done");
            CHECK(b.sink.on_complete.calls().at(0).may_become_default);
        }
    }

    TEST_CASE("two people at one site do not get in each other's way")
    {
        desk_bench b;
        b.site.on_log_in.always([](const test::site_call& call) {
            return accepted(session_token(call.user + "-token"));
        });
        const std::string jane = b.at_password("jane", maya);
        const std::string bob = b.at_password("bob", nuke);
        CHECK(jane != bob);
        b.site.on_log_in.hold();
        auto first = b.start_answer(jane, "jane-word", maya);
        auto second = b.start_answer(bob, "bob-word", nuke);
        b.site.on_log_in.release();
        pump(b.io);
        REQUIRE(first.done());
        REQUIRE(second.done());
        CHECK(first.take()->kind == "done");
        CHECK(second.take()->kind == "done");
        REQUIRE(b.sink.on_store.calls().size() == 2);
        for (const auto& kept : b.sink.on_store.calls())
            CHECK(kept.token == kept.user + "-token");
    }
}

TEST_SUITE("login.desk: while the site is asked")
{
    TEST_CASE("a login that is cancelled keeps what the site accepts, and its caller is told")
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        b.site.on_log_in.hold();
        auto waiting = b.start_answer(id, "pass-word");
        REQUIRE(b.desk.cancel(id, maya));
        pump(b.io);
        REQUIRE(waiting.done());
        const auto out = waiting.take();
        REQUIRE_FALSE(out);
        CHECK(out.error().kind == login_refusal::cancelled);
        CHECK_FALSE(b.desk.cancel(id, maya));
        CHECK(b.desk.in_progress(site_of()));
        b.site.on_log_in.release();
        pump(b.io);
        CHECK(b.sink.on_complete.calls().size() == 1);
        CHECK(b.desk.size() == 0);
        CHECK_FALSE(b.desk.in_progress(site_of()));
    }

    TEST_CASE("a login that is cancelled asks nothing more when the site refuses")
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.site.on_log_in.answer(refused<session_token>(refusal::code_needed));
        b.site.on_log_in.hold();
        auto waiting = b.start_answer(id, "pass-word");
        REQUIRE(b.desk.cancel(id, maya));
        b.site.on_log_in.release();
        pump(b.io);
        CHECK(b.desk.size() == 0);
        CHECK(b.sink.on_store.calls().empty());
    }

    TEST_CASE("a script's key that is accepted after the end is not kept")
    {
        desk_bench b;
        b.site.on_check_script.answer(accepted(site_identity{9, "farm", ""}));
        b.site.on_check_script.hold();
        login_request request;
        request.site = site_of();
        request.script = "farm";
        const auto begun = b.begin(request);
        auto waiting = b.start_answer(begun.id, "the-key");
        REQUIRE(b.desk.cancel(begun.id, maya));
        b.site.on_check_script.release();
        pump(b.io);
        CHECK(b.sink.on_store.calls().empty());
    }

    TEST_CASE(
        "a success that comes after the caller's deadline, or after the caller, is there for the next answer"
    )
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        b.site.on_log_in.hold();
        auto late = b.start_answer(id, "pass-word", maya, 5s);
        b.time.advance(5s - 1ns);
        pump(b.io);
        CHECK_FALSE(late.done());
        b.time.advance(1ns);
        pump(b.io);
        REQUIRE(late.done());
        CHECK(late.take()->kind == "wait");
        auto gone = b.start_answer(id, std::nullopt);
        gone.cancel();
        pump(b.io);
        CHECK(gone.failed());
        CHECK(b.start_answer(id, std::nullopt, maya, 0ms).take()->kind == "wait");
        b.site.on_log_in.release();
        pump(b.io);
        CHECK(b.sink.on_complete.calls().size() == 1);
        CHECK(b.answer(id, std::nullopt).kind == "done");
    }

    TEST_CASE("of two answers at a time one is sent; who answers nothing waits for the same step")
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.site.on_log_in.answer(refused<session_token>(refusal::code_needed));
        b.site.on_log_in.hold();
        auto first = b.start_answer(id, "pass-word");
        CHECK(b.answer(id, "other-word").kind == "wait");
        auto second = b.start_answer(id, std::nullopt);
        CHECK_FALSE(second.done());
        b.site.on_log_in.release();
        pump(b.io);
        CHECK(first.take()->field == "code");
        CHECK(second.take()->field == "code");
        CHECK(b.site.on_log_in.calls().size() == 1);
    }

    TEST_CASE("a site that is slow to say what it is: the first step is to wait")
    {
        desk_bench b;
        b.site.on_info.hold();
        auto begun = b.start_begin(request_of("jane"));
        b.time.advance(first_step_limit);
        pump(b.io);
        REQUIRE(begun.done());
        const auto out = begun.take();
        CHECK(out->step.kind == "wait");
        b.site.on_info.release();
        pump(b.io);
        CHECK(b.answer(out->id, std::nullopt).field == "password");
    }

    TEST_CASE("a session that cannot be kept is ended at the site, and the login says why")
    {
        desk_bench b;
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        b.sink.on_store.answer(fail(errc::failed, "no space left on the disk"));
        const proto::step last = b.answer(b.at_password(), "pass-word");
        CHECK(last.error == proto::error_name::failed);
        CHECK(last.message->find("no space left") != std::string::npos);
        CHECK(b.site.on_log_out.calls().at(0).secret == "token-1");
    }

    TEST_CASE("a daemon that stops ends the login")
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.site.on_log_in.hold();
        auto waiting = b.start_answer(id, "pass-word");
        b.tasks.cancel();
        pump(b.io);
        REQUIRE(waiting.done());
        CHECK(waiting.take()->error == proto::error_name::failed);
    }
}

TEST_SUITE("login.desk: those who wait for an end")
{
    TEST_CASE("nobody waits where no login is in progress")
    {
        desk_bench b;
        b.at_password();
        CHECK(b.desk.in_progress(site_of()));
        CHECK_FALSE(b.desk.in_progress(site_of("https://other.example.com")));
        test::run(b.io, b.desk.wait_for_end(site_of("https://other.example.com")));
    }

    TEST_CASE("all who wait are woken by the end, the one that left is not missed")
    {
        desk_bench b;
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        const std::string id = b.at_password();
        auto one = test::start(b.io, b.desk.wait_for_end(site_of()));
        auto two = test::start(b.io, b.desk.wait_for_end(site_of()));
        pump(b.io);
        one.cancel();
        pump(b.io);
        CHECK(one.failed());
        CHECK_FALSE(two.done());
        CHECK(b.answer(id, "pass-word").kind == "done");
        pump(b.io);
        CHECK(two.done());
        CHECK_FALSE(b.desk.in_progress(site_of()));
    }

    TEST_CASE("a cancelled and a forgotten login are ends too")
    {
        desk_bench b;
        const std::string id = b.at_password();
        auto one = test::start(b.io, b.desk.wait_for_end(site_of()));
        pump(b.io);
        CHECK(b.desk.cancel(id, maya));
        pump(b.io);
        CHECK(one.done());
        b.at_password();
        auto two = test::start(b.io, b.desk.wait_for_end(site_of()));
        pump(b.io);
        b.time.advance(login_idle_limit);
        pump(b.io);
        CHECK(two.done());
    }
}
