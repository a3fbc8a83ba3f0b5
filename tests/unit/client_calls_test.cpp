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
