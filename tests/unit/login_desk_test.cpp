// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/login_desk_fixture.hpp"

#include <vector>

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

namespace {

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

    TEST_CASE("a usable session of a name that is typed is kept too, and no password is asked for")
    {
        desk_bench b;
        proto::session_info there;
        there.id = "there";
        b.sink.usable.emplace("https://studio.example.com jane", there);
        login_request request;
        request.site = site_of();
        for (const bool again : {false, true}) {
            request.again = again;
            const auto begun = b.begin(request);
            REQUIRE(begun.step.field == "user");
            const proto::step next = b.answer(begun.id, "jane");
            CHECK(next.kind == (again ? "secret" : "done"));
        }
        request.again = false;
        const auto other = b.begin(request);
        CHECK(b.answer(other.id, "bob").field == "password");
        CHECK(b.site.on_log_in.calls().empty());
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
        CHECK_FALSE(b.sink.on_store.calls().at(0).shares_key);
        CHECK(b.record.writes == 0);
        request.share_key = true;
        b.site.on_check_script.answer(accepted(site_identity{9, "farm", ""}));
        CHECK(b.answer(b.begin(request).id, "the-key").kind == "done");
        CHECK(b.sink.on_store.calls().at(1).shares_key);
    }

    TEST_CASE("a site that will not say whose a login is: it is whose it was typed to be")
    {
        desk_bench b;
        b.site.on_who_is.answer(in_trouble(trouble::offline, "gone"));
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        CHECK(b.answer(b.at_password(), "pass-word").session->user == "jane");
        CHECK_FALSE(b.sink.on_complete.calls().at(0).who);
        CHECK(b.sink.on_complete.calls().at(0).is_verified);
    }

    TEST_CASE("a token that the site rejects right after the login is kept, but not as verified")
    {
        desk_bench b;
        b.site.on_who_is.answer(refused<test::fake_site_client::known_user>(refusal::rejected));
        b.site.on_log_in.answer(accepted(session_token("token-1")));
        CHECK(b.answer(b.at_password(), "pass-word").kind == "done");
        CHECK_FALSE(b.sink.on_complete.calls().at(0).is_verified);
    }
}
