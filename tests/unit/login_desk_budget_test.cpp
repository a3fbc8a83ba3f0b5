// SPDX-License-Identifier: Apache-2.0
//
// What a login costs of the password budget, and what a wipe leaves of it.
#include "tests/unit/login_desk_fixture.hpp"

using namespace sgauth;
using namespace std::chrono_literals;
using test::accepted;
using test::desk_bench;
using test::failed_as;
using test::maya;
using test::nuke;
using test::pump;
using test::refused;
using test::request_of;
using test::site_of;

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

TEST_SUITE("login.desk: a wipe")
{
    TEST_CASE("what is with the site is called back: it is not kept, and not logged out")
    {
        desk_bench b;
        const std::string id = b.at_password();
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        b.site.on_log_in.hold();
        auto waiting = b.start_answer(id, "pass-word");
        ++b.sink.now;
        test::inside(b.io, [&] { b.desk.wipe(); });
        REQUIRE(waiting.done());
        CHECK_FALSE(waiting.take());
        CHECK(b.desk.size() == 0);
        b.site.on_log_in.release();
        pump(b.io);
        CHECK(b.sink.on_store.calls().empty());
        CHECK(b.site.on_log_out.calls().empty());
        CHECK(b.record.text.find("jane") != std::string::npos);  // the site may have judged it
    }

    TEST_CASE("a login that could not be stored is logged out at the site, but not after a wipe")
    {
        for (const bool is_wiped : {false, true}) {
            desk_bench b;
            const std::string id = b.at_password();
            b.site.on_log_in.answer(accepted(session_token("token-1")));
            b.sink.on_store.answer(fail(errc::failed, "no"));
            b.sink.on_store.hold();
            auto waiting = b.start_answer(id, "pass-word");
            if (is_wiped)
                ++b.sink.now;
            b.sink.on_store.release();
            pump(b.io);
            REQUIRE(waiting.done());
            CHECK(waiting.take()->kind == "failed");
            CHECK(b.site.on_log_out.calls().empty() == is_wiped);
        }
    }
}
