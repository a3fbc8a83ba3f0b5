// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/ipc_asked.hpp"

using namespace sgauth;
using namespace sgauth::ipc;
using namespace sgauth::test;

TEST_SUITE("ipc.dispatch")
{
    TEST_CASE("what is no call is malformed, and nothing is written")
    {
        asked a;
        for (const char* bad :
             {"",
              "x",
              "{}",
              "[]",
              "\"io.sgauth.Agent.List\"",
              R"({"method":1})",
              R"({"method":"List"})",
              R"({"method":"io.sgauth.Agent.List","parameters":[]})",
              R"({"method":"io.sgauth.Agent.List","more":1})",
              R"({"method":"io.sgauth.Agent.List","method":"io.sgauth.Agent.List"})",
              "{\"method\":\"io.sgauth.Agent.List\",\"x\":\"\xff\"}"}) {
            CAPTURE(bad);
            CHECK(a(bad).empty());
            CHECK(a.last.what == outcome::kind::malformed);
        }
        const std::string deep(33, '[');
        CHECK(a(R"({"method":"io.sgauth.Agent.List","x":)" + deep + std::string(33, ']') + "}").empty());
        CHECK(a.last.what == outcome::kind::malformed);
        CHECK(a.agent.calls.empty());
    }

    TEST_CASE("interfaces and methods that are not there are named")
    {
        asked a;
        CHECK(
            a(R"({"method":"com.example.X"})") ==
            standard_error("InterfaceNotFound", R"({"interface":"com.example"})")
        );
        CHECK(a(R"({"method":".X"})") == standard_error("InterfaceNotFound", R"({"interface":""})"));
        CHECK(a.call("Steal") == standard_error("MethodNotFound", R"({"method":"io.sgauth.Agent.Steal"})"));
        CHECK(
            a(R"({"method":"org.varlink.service.GetUser"})") ==
            standard_error("MethodNotFound", R"({"method":"org.varlink.service.GetUser"})")
        );
    }

    TEST_CASE("an unknown, missing or wrong parameter is named, and the agent is not asked")
    {
        asked a;
        const auto invalid = [](std::string_view name) {
            return standard_error("InvalidParameter", R"({"parameter":")" + std::string(name) + "\"}");
        };
        CHECK(a.call("GetUser", R"({"usr":"jane"})") == invalid("usr"));
        CHECK(a.call("GetUser", R"({"user":7})") == invalid("user"));
        CHECK(a.call("GetCredential") == invalid("forms"));
        CHECK(a.call("GetCredential", R"({"forms":[]})") == invalid("forms"));
        CHECK(a.call("GetCredential", R"({"forms":["bearer"],"timeout_ms":-1})") == invalid("timeout_ms"));
        CHECK(a.call("Revoke", R"({"timeout_ms":-1})") == invalid("timeout_ms"));
        CHECK(a.call("ReportRejected", R"({"id":"x"})") == invalid("generation"));
        CHECK(a.call("Answer") == invalid("login"));
        CHECK(a.call("CancelLogin") == invalid("login"));
        CHECK(a.call("BeginLogin", R"({"hints":{"x":1}})") == invalid("x"));
        CHECK(a.call("List", R"({"x":1})") == invalid("x"));
        CHECK(a.call("SetDefault", R"({"x":1})") == invalid("x"));
        CHECK(a.call("Status", R"({"x":1})") == invalid("x"));
        CHECK(a.call("Watch", R"({"x":1})", R"(,"more":true)") == invalid("x"));
        CHECK(a(R"({"method":"org.varlink.service.GetInfo","parameters":{"x":1}})") == invalid("x"));
        const std::string describe =
            R"({"method":"org.varlink.service.GetInterfaceDescription","parameters":)";
        CHECK(a(describe + "{}}") == invalid("interface"));
        CHECK(a(describe + R"({"interface":"org.varlink.service","x":1}})") == invalid("x"));
        CHECK(
            a(describe + R"({"interface":"com.example"}})") ==
            standard_error("InterfaceNotFound", R"({"interface":"com.example"})")
        );
        CHECK(a.agent.calls.empty());
    }

    TEST_CASE("an administrator may revoke, list and look, and learns of nothing else")
    {
        asked a(caller_role::administrator);
        const std::string denied = standard_error("PermissionDenied", "{}");
        for (const char* method :
             {"GetUser",
              "GetCredential",
              "ReportRejected",
              "BeginLogin",
              "Answer",
              "CancelLogin",
              "SetDefault",
              "Watch",
              "Lock",
              "Unlock",
              "ChangeVault",
              "WatchQuestions",
              "AnswerQuestion",
              "Steal"}) {
            CAPTURE(method);
            CHECK(a.call(method) == denied);
            CHECK(a.call(method, "{}", R"(,"more":true)") == denied);
        }
        CHECK(a(R"({"method":"org.varlink.service.GetInfo"})") == denied);
        CHECK(a(R"({"method":"com.example.X"})") == denied);
        CHECK(a.agent.calls.empty());
        CHECK(std::ranges::count(a.agent.denied, "GetCredential") == 2);
        CHECK(std::ranges::count(a.agent.denied, "Steal") == 0);
        CHECK(a.call("List") == R"({"parameters":{"sessions":[)" + one_session + "]}}");
        CHECK(a.call("Revoke", R"({"all":true})") == R"({"parameters":{"revoked":[]}})");
        CHECK(a.call("Status").find("\"connections\":5") != std::string::npos);
        CHECK(a.agent.last_caller.role == caller_role::administrator);
    }

    TEST_CASE("Watch wants more, and yields a stream")
    {
        asked a;
        CHECK(a.call("Watch") == standard_error("ExpectedMore", "{}"));
        CHECK(a.call("Watch", "{}", R"(,"more":true)").empty());
        CHECK(a.last.what == outcome::kind::streams);
        CHECK(a.last.events);
        CHECK(a.call("Watch", "{}", R"(,"more":true,"oneway":true)").empty());
        CHECK(a.last.what == outcome::kind::answered);
    }

    TEST_CASE("more on a call with one reply is answered once")
    {
        asked a;
        CHECK(
            a.call("GetUser", "null", R"(,"more":true)") ==
            R"({"parameters":{"session":)" + one_session + "}}"
        );
    }

    TEST_CASE("oneway is carried out and not answered, neither a result nor an error")
    {
        asked a;
        CHECK(a.call("GetUser", "{}", R"(,"oneway":true)").empty());
        CHECK(a.agent.calls == std::vector<std::string>{"GetUser"});
        CHECK(a.call("GetUser", R"({"x":1})", R"(,"oneway":true)").empty());
        CHECK(a.call("Steal", "{}", R"(,"oneway":true)").empty());
        a.call("Revoke", "{}", R"(,"oneway":true)");
        CHECK(a.last.oneway);
        std::string out = "what stood there before";
        a.last = a.dispatch.handle(a.from, R"({"method":"io.sgauth.Agent.List","oneway":true})", out);
        CHECK(out == "what stood there before");
    }

    TEST_CASE("parameters left out, null and empty are the same")
    {
        asked a;
        const std::string reply = R"({"parameters":{"session":)" + one_session + "}}";
        CHECK(a(R"({"method":"io.sgauth.Agent.GetUser"})") == reply);
        CHECK(a.call("GetUser", "null") == reply);
        CHECK(a.call("GetUser", "{}") == reply);
        CHECK(a(R"({"method":"io.sgauth.Agent.GetUser","upgrade":true,"future":[1]})") == reply);
    }

    TEST_CASE("a credential is answered at once where it can be, else waited for")
    {
        asked a;
        const std::string forms = R"({"forms":["session_token"]})";
        const std::string reply = R"({"parameters":{"session":)" + one_session +
                                  R"(,"form":"session_token","credential":{"token":")" + a.agent.token +
                                  R"("}}})";
        CHECK(a.call("GetCredential", forms) == reply);
        CHECK(a.last.what == outcome::kind::answered);
        a.agent.at_once = false;
        CHECK(a.call("GetCredential", forms) == reply);
        CHECK(a.last.what == outcome::kind::waits);
        CHECK(a.agent.calls == std::vector<std::string>{"GetCredential at once", "GetCredential"});
    }

    TEST_CASE("the agent's errors go out with their parameters")
    {
        asked a;
        a.agent.refusal.name = "NoSession";
        a.agent.refusal.site = "https://studio.example";
        a.agent.refusal.message = "log in";
        const std::string error =
            R"({"error":"io.sgauth.Agent.NoSession","parameters":{"site":"https://studio.example","message":"log in"}})";
        CHECK(a.call("GetUser") == error);
        CHECK(a.call("GetCredential", R"({"forms":["bearer"]})") == error);
        CHECK(a.call("ReportRejected", R"({"id":"s1","generation":1})") == error);
        CHECK(a.call("Status") == error);
    }

    TEST_CASE("a message larger than usual is read all the same")
    {
        asked a;
        const std::string padding(200'000, 'x');
        const std::string reply = a(R"({"method":"io.sgauth.Agent.GetUser","padding":")" + padding + "\"}");
        CHECK(reply == R"({"parameters":{"session":)" + one_session + "}}");
    }
}
