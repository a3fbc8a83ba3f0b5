// SPDX-License-Identifier: Apache-2.0
//
// Each call of the library: what goes out, and all that comes back.
#include "client_served.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace sgauth::test;
namespace proto = sgauth::proto;

namespace {

// Each member another value.
proto::session_info jane()
{
    proto::session_info out;
    out.id = "s1";
    out.site = "https://x.test";
    out.kind = "human";
    out.user = "jane";
    out.state = "expired";
    out.reason = "max_age";
    out.is_default = true;
    out.created_at = 1001;
    out.verified_at = 1002;
    out.expires_at = 1003;
    out.generation = 4;
    return out;
}

// Nothing but what always is.
proto::session_info farm()
{
    proto::session_info out;
    out.id = "s2";
    out.site = "https://x.test";
    out.kind = "script";
    out.user = "farm";
    out.state = "valid";
    return out;
}

void check_jane(const sgauth::session& got)
{
    CHECK(got.id == "s1");
    CHECK(got.site == "https://x.test");
    CHECK(got.kind == "human");
    CHECK(got.user == "jane");
    CHECK(got.state == "expired");
    CHECK(got.reason == "max_age");
    CHECK(got.is_default);
    CHECK(got.created_at == 1001);
    CHECK(got.verified_at == 1002);
    CHECK(got.expires_at == 1003);
    CHECK(got.generation == 4);
}

void check_farm(const sgauth::session& got)
{
    CHECK(got.user == "farm");
    CHECK_FALSE(got.reason);
    CHECK_FALSE(got.is_default);
    CHECK_FALSE(got.verified_at);
    CHECK_FALSE(got.expires_at);
}

std::string credential_reply()
{
    proto::get_credential_reply reply;
    reply.session.user = "jdoe";
    reply.session.state = "valid";
    reply.form = proto::form::script_key;
    reply.credential.script_name = "publisher";
    reply.credential.script_key = sgauth::script_key("k e y");
    std::string out;
    proto::write_message(out, reply);
    return out;
}

}  // namespace

TEST_CASE("a credential comes with its session, in the form that was asked for")
{
    std::string heard;
    served s([&](int peer, int) {
        heard = hear(peer);
        say(peer, credential_reply());
        await_close(peer);
    });
    sgauth::credential_query query;
    query.forms = {sgauth::form::script_key};
    query.min_valid = std::chrono::seconds(60);
    query.timeout = std::chrono::seconds(20);
    const auto got = s.agent.get_credential(query);
    REQUIRE(got.has_value());
    CHECK(got->session().user == "jdoe");
    CHECK(got->form() == "script_key");
    CHECK(got->script_name() == "publisher");
    CHECK(got->script_key() == "k e y");
    CHECK(std::strlen(got->script_key().data()) == 5);
    CHECK(got->token().empty());
    CHECK(heard.find("\"forms\":[\"script_key\"],\"min_valid_s\":60,\"timeout_ms\":") != std::string::npos);
}

TEST_CASE("an error is a value, and value() throws it")
{
    served s([](int peer, int) {
        answer_all(
            peer, error_message("io.sgauth.Agent.Ambiguous", R"({"message":"which","choices":["a","b"]})")
        );
    });
    const auto got = s.agent.get_user();
    REQUIRE_FALSE(got);
    CHECK(got.error().status == SGAUTH_USAGE);
    CHECK(got.error().name == "Ambiguous");
    CHECK(got.error().message == "which");
    CHECK(got.error().choices == std::vector<std::string>{"a", "b"});
    CHECK(std::string(got.error().what_to_do()).find("name the site") != std::string::npos);
    CHECK_THROWS_AS(static_cast<void>(got.value()), sgauth::failure);
}

TEST_CASE("all sessions are listed, with all that is known of each")
{
    proto::list_reply reply;
    reply.sessions = {jane(), farm()};
    served s([message = message_of(reply)](int peer, int) { answer_all(peer, message); });
    const auto got = s.agent.list();
    REQUIRE(got.has_value());
    REQUIRE(got->size() == 2);
    check_jane(got->at(0));
    check_farm(got->at(1));

    sgauth_result* raw = nullptr;
    REQUIRE(sgauth_list(s.agent.get(), nullptr, &raw) == SGAUTH_OK);
    CHECK(sgauth_result_session_count(raw) == 2);
    CHECK(std::string(sgauth_result_session(raw, 0)->reason) == "max_age");
    CHECK(sgauth_result_session(raw, 1)->reason == nullptr);
    CHECK(sgauth_result_session(raw, 1)->verified_at == -1);
    CHECK(sgauth_result_session(raw, 1)->expires_at == -1);
    CHECK(sgauth_result_session(raw, 2) == nullptr);
    CHECK(sgauth_result_error(raw) == nullptr);
    CHECK(sgauth_result_credential(raw) == nullptr);
    sgauth_result_free(raw);
}

TEST_CASE("no sessions are a good answer")
{
    served s([message = message_of(proto::list_reply{})](int peer, int) { answer_all(peer, message); });
    CHECK(s.agent.list().value().empty());
}

TEST_CASE("what was revoked is told, and what of it the site may still take")
{
    proto::revoke_reply reply;
    reply.revoked.push_back({"s1", "https://x.test", "jane", "human", "still_accepted", 1003});
    reply.revoked.push_back({"s2", "https://x.test", "farm", "script", "not_tried", std::nullopt});
    std::string heard;
    served s([&heard, message = message_of(reply)](int peer, int) {
        heard = hear(peer);
        say(peer, message);
        await_close(peer);
    });
    sgauth::revoke_query query;
    query.site = "x.test";
    query.user = "jane";
    query.all = query.local = true;
    const auto got = s.agent.revoke(query);
    REQUIRE(got.has_value());
    REQUIRE(got->size() == 2);
    CHECK(got->at(0).id == "s1");
    CHECK(got->at(0).site == "https://x.test");
    CHECK(got->at(0).user == "jane");
    CHECK(got->at(0).kind == "human");
    CHECK(got->at(0).at_site == "still_accepted");
    CHECK(got->at(0).accepted_until == 1003);
    CHECK(got->at(1).kind == "script");
    CHECK_FALSE(got->at(1).accepted_until);
    CHECK(heard.find(R"(.Revoke")") != std::string::npos);
    CHECK(
        heard.find(R"("site":"x.test","user":"jane","all":true,"local":true,"timeout_ms":)") !=
        std::string::npos
    );
}

TEST_CASE("one session is revoked by its id, and C sees the same")
{
    proto::revoke_reply reply;
    reply.revoked.push_back({"s1", "https://x.test", "jane", "human", "confirmed", std::nullopt});
    std::string heard;
    served s([&heard, message = message_of(reply)](int peer, int) {
        heard = hear(peer);
        say(peer, message);
        await_close(peer);
    });
    sgauth_revoke_query query{};
    query.size = sizeof query;
    query.id = "s1";
    sgauth_result* raw = nullptr;
    REQUIRE(sgauth_revoke(s.agent.get(), &query, &raw) == SGAUTH_OK);
    REQUIRE(sgauth_result_revoked_count(raw) == 1);
    CHECK(std::string(sgauth_result_revoked(raw, 0)->at_site) == "confirmed");
    CHECK(sgauth_result_revoked(raw, 0)->accepted_until == -1);
    CHECK(sgauth_result_revoked(raw, 1) == nullptr);
    CHECK(sgauth_result_session_count(raw) == 0);
    sgauth_result_free(raw);
    CHECK(heard.find(R"({"id":"s1","timeout_ms":)") != std::string::npos);
    CHECK(heard.find("all") == std::string::npos);
}

TEST_CASE("a rejected credential is reported by its session's id and generation")
{
    proto::report_rejected_reply reply;
    reply.session = jane();
    std::string heard;
    served s([&heard, message = message_of(reply)](int peer, int) {
        heard = hear(peer);
        say(peer, message);
        await_close(peer);
    });
    sgauth::session of;
    of.id = "s1";
    of.generation = 3;
    check_jane(s.agent.report_rejected(of).value());
    CHECK(heard.find(R"(.ReportRejected")") != std::string::npos);
    CHECK(heard.find(R"("id":"s1","generation":3,"timeout_ms":)") != std::string::npos);

    sgauth_rejection rejection{};
    rejection.size = sizeof rejection;
    rejection.id = "s1";
    rejection.generation = 3;
    sgauth_result* raw = nullptr;
    CHECK(sgauth_report_rejected(s.agent.get(), &rejection, &raw) == SGAUTH_OK);
    CHECK(sgauth_result_session_count(raw) == 1);
    sgauth_result_free(raw);
    rejection.id = nullptr;
    CHECK(sgauth_report_rejected(s.agent.get(), &rejection, nullptr) == SGAUTH_USAGE);
}

TEST_CASE("an error comes with all that it names")
{
    std::string parameters = R"({"session":{"id":"s1","site":"https://x.test","kind":"human","user":"jane",)"
                             R"("state":"expired","reason":"max_age","default":true,"created_at":1001,)"
                             R"("verified_at":1002,"expires_at":1003,"generation":4},)";
    std::string error;
    served s([&](int peer, int) {
        while (!hear(peer).empty()) {
            const std::string reply = error;  // the next may take its place before this one is all sent
            say(peer, reply);
        }
    });
    const auto ask = [&] { return s.agent.get_user().error(); };

    error =
        error_message("io.sgauth.Agent.CannotLastThatLong", parameters + R"("longest_s":60,"message":"m"})");
    const sgauth::error too_short = ask();
    CHECK(too_short.status == SGAUTH_NO_SESSION);
    CHECK(too_short.longest_s == 60);
    CHECK_FALSE(too_short.retry_at);
    CHECK_FALSE(too_short.foreign);
    REQUIRE(too_short.session.has_value());
    check_jane(*too_short.session);

    error = error_message("io.sgauth.Agent.Denied", R"({"message":"too many","retry_at":1790000000})");
    const sgauth::error denied = ask();
    CHECK(denied.status == SGAUTH_DENIED);
    CHECK(denied.retry_at == 1790000000);
    CHECK_FALSE(denied.longest_s);
    CHECK_FALSE(denied.session);

    error = error_message(
        "io.sgauth.Agent.Unreachable", R"({"site":"https://x.test","message":"m","foreign":"<b>"})"
    );
    CHECK(ask().foreign == "<b>");

    error = error_message("io.sgauth.Agent.Expired", parameters + R"("message":"ended"})");
    sgauth_result* raw = nullptr;
    CHECK(sgauth_get_user(s.agent.get(), nullptr, &raw) == SGAUTH_NO_SESSION);
    CHECK(sgauth_result_session_count(raw) == 1);
    CHECK(std::string(sgauth_result_session(raw, 0)->user) == "jane");
    CHECK(sgauth_result_error(raw)->longest_s == -1);
    CHECK(sgauth_result_error(raw)->retry_at == -1);
    CHECK(sgauth_result_error(raw)->foreign == nullptr);
    CHECK(std::string(sgauth_result_message(raw)) == "ended");
    sgauth_result_free(raw);
}
