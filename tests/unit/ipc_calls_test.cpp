// SPDX-License-Identifier: Apache-2.0
#include "proto/description.hpp"
#include "proto/status.hpp"
#include "tests/unit/ipc_asked.hpp"

using namespace sgauth;
using namespace sgauth::test;

TEST_SUITE("ipc.calls")
{
    TEST_CASE("calls of a login carry the exact process, and none is made for one that has ended")
    {
        asked a;
        a.call("GetUser");
        CHECK(a.agent.last_caller.process == process_key{42, 0});
        a.call("BeginLogin");
        CHECK(a.agent.last_caller.process == process_key{42, 7});
        a.from.lives = false;
        CHECK(a.call("Answer", R"({"login":"login-1"})") == standard_error("PermissionDenied", "{}"));
        CHECK(a.agent.calls == std::vector<std::string>{"GetUser", "BeginLogin"});
    }

    TEST_CASE("a refusal of what is rare is on record before its reply, and by which program")
    {
        const std::pair<const char*, const char*> calls[] = {
            {"Lock", "{}"},
            {"Unlock", "{}"},
            {"ChangeVault", "{}"},
            {"SetDefault", R"({"site":"https://x.test"})"},
            {"ReportRejected", R"({"id":"a","generation":1})"},
            {"AnswerQuestion", R"({"id":"q","yes":true})"},
        };
        for (const auto& [method, parameters] : calls) {
            CAPTURE(method);
            asked a;
            CHECK(a.call(method, parameters).starts_with(R"({"parameters":)"));
            CHECK(a.agent.recorded.empty());
            const int looks = a.from.looks;
            a.agent.refusal.name = proto::error_name::denied;
            a.agent.refusal.message = "no";
            CHECK(a.call(method, parameters).find(R"("message":"no")") != std::string::npos);
            CHECK(a.agent.recorded == std::vector<std::string>{std::string(proto::error_name::denied)});
            CHECK(a.from.looks > looks);
        }
    }

    TEST_CASE("a crowd that reports a rejection is not looked at one by one")
    {
        asked a;
        a.call("ReportRejected", R"({"id":"a","generation":1})");
        CHECK(a.from.looks == 0);
    }

    TEST_CASE("which program of root's was refused is looked at")
    {
        asked a(caller_role::administrator);
        CHECK(a.call("Unlock") == standard_error("PermissionDenied", "{}"));
        CHECK(a.agent.denied == std::vector<std::string>{"Unlock"});
        CHECK(a.from.looks == 1);
    }

    TEST_CASE("a login ends with its connection, unless it has ended before")
    {
        asked a;
        a.call("BeginLogin");
        a.call("BeginLogin");
        a.call("BeginLogin");
        CHECK(a.from.begun().size() == 3);
        a.call("CancelLogin", R"({"login":"login-1"})");
        a.agent.step_kind = proto::step_kind::done;
        a.call("Answer", R"({"login":"login-2","value":"x"})");
        a.agent.calls.clear();
        a.dispatch.end(a.from);
        CHECK(a.agent.calls == std::vector<std::string>{"CancelLogin login-3"});
        a.dispatch.end(a.from);
        CHECK(a.agent.calls.size() == 1);
    }

    TEST_CASE("questions are watched and answered by an exact process whose program is looked at")
    {
        asked a;
        CHECK(a.call("WatchQuestions") == standard_error("ExpectedMore", "{}"));
        CHECK(
            a.call("AnswerQuestion", R"({"id":"q"})") ==
            standard_error("InvalidParameter", R"({"parameter":"yes"})")
        );
        CHECK(a.agent.calls.empty());
        CHECK(a.call("WatchQuestions", "{}", R"(,"more":true)").empty());
        REQUIRE(a.last.what == ipc::outcome::kind::streams);
        const std::string synced = R"({"continues":true,"parameters":{"event":"synced"}})";
        CHECK(run(a.io, a.last.events->next()) == synced + '\0');
        CHECK(a.agent.last_caller.process == process_key{42, 7});
        a.agent.judges = true;
        const int looks = a.from.looks;
        CHECK(a.call("AnswerQuestion", R"({"id":"q","yes":true})") == R"({"parameters":{}})");
        CHECK(a.from.looks == looks + 1);
        CHECK(a.agent.last_caller.process == process_key{42, 7});
        a.agent.refusal.name = "Denied";
        CHECK(a.call("AnswerQuestion", R"({"id":"q","yes":true})").starts_with(R"({"error":)"));
        CHECK(a.call("WatchQuestions", "{}", R"(,"more":true)").starts_with(R"({"error":)"));
        a.from.lives = false;
        CHECK(
            a.call("AnswerQuestion", R"({"id":"q","yes":true})") == standard_error("PermissionDenied", "{}")
        );
        CHECK(a.call("WatchQuestions", "{}", R"(,"more":true)") == standard_error("PermissionDenied", "{}"));
    }

    TEST_CASE("the service describes itself")
    {
        asked a;
        CHECK(
            a(R"({"method":"org.varlink.service.GetInfo"})") ==
            R"({"parameters":{"vendor":"sgauth","product":"sgauthd","version":"1.2.3","url":"sgauth",)"
            R"("interfaces":["org.varlink.service","io.sgauth.Agent"]}})"
        );
        const auto described = [&](std::string_view interface) {
            const std::string reply =
                a(R"({"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":")" +
                  std::string(interface) + "\"}}");
            proto::json_document document;
            REQUIRE(document.parse(reply) == proto::json_fault::none);
            return std::string(document.root()["parameters"]["description"].as_string().value_or(""));
        };
        CHECK(described("io.sgauth.Agent") == proto::agent_description);
        CHECK(described("org.varlink.service") == proto::service_description);
    }
}
