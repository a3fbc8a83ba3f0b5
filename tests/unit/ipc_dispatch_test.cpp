// SPDX-License-Identifier: Apache-2.0
#include "proto/description.hpp"
#include "proto/json_writer.hpp"
#include "src/ipc/dispatch.hpp"
#include "tests/support/fake_agent.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace sgauth;
using namespace sgauth::ipc;
using sgauth::test::fake_agent;

namespace {

class talk final : public conversation {
public:
    explicit talk(caller_role role = caller_role::owner) : conversation(caller{role, 1000, {42, 0}}) {}
    bool identify() override
    {
        who_.process.start_time = 7;
        return lives;
    }
    bool lives = true;
};

struct asked {
    boost::asio::io_context io;
    fake_agent agent{io.get_executor()};
    dispatcher dispatch{agent, "1.2.3", [] { return std::size_t{5}; }};
    talk from;

    asked() = default;
    explicit asked(caller_role role) : from(role) {}

    // The whole answer, without its NUL. A reply that waits is waited for.
    std::string operator()(std::string_view message)
    {
        std::string out;
        last = dispatch.handle(from, message, out);
        if (last.what == outcome::kind::waits)
            out += finish();
        REQUIRE((out.empty() || out.back() == '\0'));
        return out.substr(0, out.size() - (out.empty() ? 0 : 1));
    }
    std::string call(std::string_view method, std::string_view parameters = "{}", std::string_view more = "")
    {
        return (*this)(
            R"({"method":"io.sgauth.Agent.)" + std::string(method) + R"(","parameters":)" +
            std::string(parameters) + std::string(more) + "}"
        );
    }
    std::string finish() { return test::run(io, std::move(*last.reply)).value(); }
    outcome last;
};

std::string standard_error(std::string_view name, std::string_view parameters)
{
    return R"({"error":"org.varlink.service.)" + std::string(name) + R"(","parameters":)" +
           std::string(parameters) + "}";
}

const std::string one_session =
    R"({"id":"s1","site":"https://studio.example","kind":"human","user":"jane","state":"valid","default":false,)"
    R"("created_at":1700000000,"generation":1})";

}  // namespace

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
        for (const char* described : {"Lock", "Unlock"}) {
            const std::string name = R"({"method":"io.sgauth.Agent.)" + std::string(described) + "\"}";
            CHECK(a.call(described) == standard_error("MethodNotImplemented", name));
        }
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
              "Steal"}) {
            CAPTURE(method);
            CHECK(a.call(method) == denied);
            CHECK(a.call(method, "{}", R"(,"more":true)") == denied);
        }
        CHECK(a(R"({"method":"org.varlink.service.GetInfo"})") == denied);
        CHECK(a(R"({"method":"com.example.X"})") == denied);
        CHECK(a.agent.calls.empty());
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

    TEST_CASE("a message larger than usual is read all the same")
    {
        asked a;
        const std::string padding(200'000, 'x');
        const std::string reply = a(R"({"method":"io.sgauth.Agent.GetUser","padding":")" + padding + "\"}");
        CHECK(reply == R"({"parameters":{"session":)" + one_session + "}}");
    }
}
