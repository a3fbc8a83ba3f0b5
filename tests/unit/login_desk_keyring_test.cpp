// SPDX-License-Identifier: Apache-2.0
//
// A login that finds the desktop's keyring locked.
#include "tests/unit/login_desk_fixture.hpp"

using namespace sgauth;
using namespace std::chrono_literals;
using test::accepted;
using test::desk_bench;
using test::pump;
using test::request_of;

namespace {

constexpr const char* words = "your keyring is locked: its own dialog asks for its password";

login_request with_dialog()
{
    login_request request = request_of("jane");
    request.may_prompt = true;
    return request;
}

struct locked_bench : desk_bench {
    locked_bench()
    {
        sink.keyring_is_locked = true;
        sink.on_dialog.always([](const std::string&) { return true; });
    }
};

}  // namespace

TEST_SUITE("login.desk: a locked keyring")
{
    TEST_CASE("the person is told before anything else, and the site is not asked meanwhile")
    {
        locked_bench b;
        b.sink.on_dialog.hold();
        const auto begun = b.begin(with_dialog());
        CHECK(begun.step.kind == "wait");
        CHECK(begun.step.message == words);
        auto waiting = b.start_answer(begun.id, std::nullopt);
        CHECK_FALSE(waiting.done());  // what is known already is no news
        CHECK(b.site.on_info.calls().empty());
        b.sink.on_dialog.release();
        pump(b.io);
        REQUIRE(waiting.done());
        const auto step = waiting.take();
        REQUIRE(step);
        CHECK(step->field == "password");
        CHECK_FALSE(step->message);
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        CHECK(b.answer(begun.id, "pass-word").kind == "done");
        CHECK(b.sink.on_dialog.calls().size() == 1);
    }

    TEST_CASE("whatever comes of the dialog, the login goes on")
    {
        locked_bench b;
        b.sink.on_dialog.always([](const std::string&) { return false; });
        const auto begun = b.begin(with_dialog());
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        CHECK(b.answer(begun.id, std::nullopt).field == "password");
        CHECK(b.answer(begun.id, "pass-word").kind == "done");
        CHECK(b.sink.on_dialog.calls().size() == 1);
    }

    TEST_CASE("a caller that allows none sees no dialog")
    {
        locked_bench b;
        CHECK(b.begin(request_of("jane")).step.field == "password");
        CHECK(b.sink.on_dialog.calls().empty());
    }

    TEST_CASE("a login that is cancelled meanwhile asks the site for nothing")
    {
        locked_bench b;
        b.sink.on_dialog.hold();
        const auto begun = b.begin(with_dialog());
        CHECK(b.desk.cancel(begun.id, test::maya));
        b.sink.on_dialog.release();
        pump(b.io);
        CHECK(b.site.on_info.calls().empty());
        CHECK(b.desk.size() == 0);
    }
}
