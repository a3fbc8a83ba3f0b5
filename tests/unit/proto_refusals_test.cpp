// SPDX-License-Identifier: Apache-2.0
//
// What the codec and the envelope refuse, and whom they blame.

#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "tests/support/wire_messages.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sgauth;
using namespace sgauth::proto;
using testing::read_named_call;
using testing::read_named_reply;

namespace {

std::string blamed(std::string_view method, const std::string& parameters)
{
    json_document document;
    REQUIRE(document.parse(parameters) == json_fault::none);
    const auto result = read_named_call(method, document.root());
    REQUIRE(result);
    return *result;
}

bool reply_is_good(std::string_view method, const std::string& parameters)
{
    json_document document;
    REQUIRE(document.parse(parameters) == json_fault::none);
    const auto result = read_named_reply(method, document.root());
    REQUIRE(result);
    return *result;
}

struct parameter {
    const char* name;
    const char* good;
    std::vector<const char*> bad;
    bool is_required = false;
};

struct method_case {
    const char* method;
    std::vector<parameter> parameters;
};

const std::vector<const char*> no_text = {"1", "true", "[]", "{}", "1.5"};
const std::vector<const char*> no_int = {"1.0", "\"1\"", "true", "[]", "9223372036854775808", "1e3"};
const std::vector<const char*> no_bool = {"0", "\"true\"", "[]"};

const std::vector<method_case> cases = {
    {"GetUser", {{"site", R"("s")", no_text}, {"user", R"("u")", no_text}}},
    {"GetCredential",
     {{"forms", R"(["bearer"])", {"[]", "\"bearer\"", "[1]", "[null]", "{}", "true"}, true},
      {"site", R"("s")", no_text},
      {"user", R"("u")", no_text},
      {"min_valid_s", "3600", no_int},
      {"prompt", "true", no_bool},
      {"timeout_ms", "0", no_int}}},
    {"ReportRejected",
     {{"id", R"("i")", no_text, true}, {"generation", "1", no_int, true}, {"timeout_ms", "0", no_int}}},
    {"BeginLogin",
     {{"site", R"("s")", no_text},
      {"user", R"("u")", no_text},
      {"method", R"("browser")", no_text},
      {"script", R"("r")", no_text},
      {"default", "true", no_bool},
      {"again", "false", no_bool},
      {"share_key", "true", no_bool},
      {"prompt", "true", no_bool},
      {"hints", R"({"login":"x","seat":null})", {"[]", "\"x\"", "1"}}}},
    {"Answer",
     {{"login", R"("l")", no_text, true}, {"value", R"("pw")", no_text}, {"timeout_ms", "1", no_int}}},
    {"CancelLogin", {{"login", R"("l")", no_text, true}}},
    {"List", {}},
    {"SetDefault", {{"site", R"("s")", no_text}, {"user", R"("u")", no_text}}},
    {"Revoke",
     {{"site", R"("s")", no_text},
      {"user", R"("u")", no_text},
      {"id", R"("i")", no_text},
      {"all", "true", no_bool},
      {"local", "true", no_bool},
      {"timeout_ms", "1", no_int}}},
    {"Watch", {}},
    {"Lock", {{"passphrase", R"("p")", no_text}}},
    {"Unlock", {{"passphrase", R"("p")", no_text}, {"prompt", "true", no_bool}, {"timeout_ms", "1", no_int}}},
    {"ChangeVault",
     {{"place", R"("p")", no_text}, {"passphrase", R"("p")", no_text}, {"reset", "true", no_bool}}},
    {"Status", {}},
};

// All of the case's parameters with their good values, but for one that is left out or replaced, and one
// more.
std::string object(
    const method_case& c, const char* name = "", const char* value = nullptr, const char* more = nullptr
)
{
    std::string out = "{";
    for (const parameter& p : c.parameters) {
        const bool is_it = std::string_view(p.name) == name;
        if (is_it && !value)
            continue;
        out.append(out.size() > 1 ? ",\"" : "\"").append(p.name).append("\":").append(is_it ? value : p.good);
    }
    if (more)
        out.append(out.size() > 1 ? "," : "").append(more);
    return out + "}";
}

}  // namespace

TEST_SUITE("proto.codec: refusals")
{
    TEST_CASE("an unknown member is blamed by its name")
    {
        for (const method_case& c : cases) {
            CAPTURE(c.method);
            CHECK(blamed(c.method, object(c)) == "");
            for (const char* more : {R"("usr":"jane")", R"("usr":null)", R"("Site":"x")", R"("":1)"}) {
                const std::string name = std::string(more).substr(1, std::string(more).find('"', 1) - 1);
                CHECK(blamed(c.method, object(c, "", nullptr, more)) == name);
            }
        }
        CHECK(blamed("BeginLogin", R"({"hints":{"logn":"x"}})") == "logn");
    }

    TEST_CASE("a missing or null parameter is blamed if it is required, and is nothing if it is not")
    {
        for (const method_case& c : cases)
            for (const parameter& p : c.parameters) {
                CAPTURE(c.method);
                CAPTURE(p.name);
                const std::string expected = p.is_required ? p.name : "";
                CHECK(blamed(c.method, object(c, p.name)) == expected);
                CHECK(blamed(c.method, object(c, p.name, "null")) == expected);
            }
    }

    TEST_CASE("a parameter of the wrong type is blamed")
    {
        for (const method_case& c : cases)
            for (const parameter& p : c.parameters)
                for (const char* bad : p.bad) {
                    CAPTURE(c.method);
                    CAPTURE(p.name);
                    CAPTURE(bad);
                    CHECK(blamed(c.method, object(c, p.name, bad)) == p.name);
                }
        CHECK(blamed("BeginLogin", R"({"hints":{"login":1}})") == "login");
    }

    TEST_CASE("no parameters, null and an empty object are the same")
    {
        for (const method_case& c : cases) {
            CAPTURE(c.method);
            const std::string name = std::string("io.sgauth.Agent.") + c.method;
            std::vector<std::string> answers;
            for (const char* tail : {"}", ",\"parameters\":null}", ",\"parameters\":{}}"}) {
                json_document document;
                REQUIRE(document.parse("{\"method\":\"" + name + "\"" + tail) == json_fault::none);
                call_envelope call;
                REQUIRE(read_call(document.root(), call));
                answers.push_back(read_named_call(call.method, call.parameters).value());
            }
            CHECK(answers[0] == answers[1]);
            CHECK(answers[1] == answers[2]);
        }
    }

    TEST_CASE("a reply that lacks what is promised is no reply, one that has more is")
    {
        const std::string session =
            R"({"id":"i","site":"s","kind":"human","user":"u","state":"valid","default":true,"created_at":1,"generation":2)";
        CHECK(reply_is_good("GetUser", "{\"session\":" + session + "}}"));
        CHECK(reply_is_good("GetUser", "{\"new\":[1],\"session\":" + session + ",\"also\":{}}}"));
        for (const char* name :
             {"id", "site", "kind", "user", "state", "default", "created_at", "generation"}) {
            std::string without = "{\"session\":" + session + "}}";
            const auto at = without.find("\"" + std::string(name) + "\":") + 1;
            without.insert(at, "x");
            CAPTURE(without);
            CHECK_FALSE(reply_is_good("GetUser", without));
        }
        for (const char* bad :
             {"{}", R"({"session":null})", R"({"session":[]})", R"({"session":{}})", "null"}) {
            CHECK_FALSE(reply_is_good("GetUser", bad));
            CHECK_FALSE(reply_is_good("ReportRejected", bad));
        }
        CHECK_FALSE(reply_is_good("GetCredential", "{\"form\":\"bearer\",\"session\":" + session + "}}"));
        CHECK_FALSE(reply_is_good("GetCredential", "{\"credential\":{},\"session\":" + session + "}}"));
        CHECK(reply_is_good(
            "GetCredential", "{\"form\":\"new\",\"credential\":{},\"session\":" + session + "}}"
        ));
        CHECK_FALSE(reply_is_good("List", "{}"));
        CHECK_FALSE(reply_is_good("List", R"({"sessions":{}})"));
        CHECK_FALSE(reply_is_good("List", R"({"sessions":[null]})"));
        CHECK(reply_is_good("SetDefault", "{}"));
        CHECK_FALSE(reply_is_good("SetDefault", R"({"session":1})"));
        CHECK_FALSE(reply_is_good("Answer", R"({"step":{}})"));
        CHECK_FALSE(reply_is_good("Answer", R"({"step":{"kind":"choice","choices":[{"value":"v"}]}})"));
        CHECK_FALSE(reply_is_good("Answer", R"({"step":{"kind":"choice","choices":{}}})"));
        CHECK_FALSE(reply_is_good("Watch", R"({"session":null})"));
        CHECK(reply_is_good("Watch", R"({"event":"something-new","session":null})"));
    }
}

TEST_SUITE("proto.envelope")
{
    TEST_CASE("what is no call is refused")
    {
        for (const char* bad :
             {"1",
              "[]",
              "null",
              "\"a.B\"",
              "{}",
              R"({"method":1})",
              R"({"method":""})",
              R"({"method":"GetUser"})",
              R"({"method":null})",
              R"({"method":"a.B","parameters":[]})",
              R"({"method":"a.B","parameters":"x"})",
              R"({"method":"a.B","parameters":0})",
              R"({"method":"a.B","more":1})",
              R"({"method":"a.B","oneway":"true"})"}) {
            CAPTURE(bad);
            json_document document;
            REQUIRE(document.parse(bad) == json_fault::none);
            call_envelope call;
            CHECK_FALSE(read_call(document.root(), call));
        }
        call_envelope call;
        CHECK_FALSE(read_call(json_value(), call));
    }

    TEST_CASE("a call's parts are found, unknown members of the envelope let be")
    {
        json_document document;
        REQUIRE(
            document.parse(R"({"new":[],"method":"a.b.C","more":true,"oneway":null,"parameters":{"x":1}})") ==
            json_fault::none
        );
        call_envelope call;
        REQUIRE(read_call(document.root(), call));
        CHECK(call.interface == "a.b");
        CHECK(call.method == "C");
        CHECK(call.more);
        CHECK_FALSE(call.oneway);
        CHECK(call.parameters["x"].as_int() == 1);
    }

    TEST_CASE("what is no reply is refused")
    {
        for (const char* bad :
             {"1", "[]", "null", R"({"error":1})", R"({"parameters":[]})", R"({"continues":1})"}) {
            CAPTURE(bad);
            json_document document;
            REQUIRE(document.parse(bad) == json_fault::none);
            reply_envelope reply;
            CHECK_FALSE(read_reply(document.root(), reply));
        }
        json_document document;
        REQUIRE(document.parse(R"({"continues":true,"error":null,"parameters":{}})") == json_fault::none);
        reply_envelope reply;
        CHECK(read_reply(document.root(), reply));
        CHECK(reply.continues);
        CHECK(reply.error.empty());
    }

    TEST_CASE("a call can be one way")
    {
        std::string out;
        begin_call(out, "a.b", "C", call_mode::oneway);
        out += "{}";
        end_message(out);
        CHECK(out == std::string("{\"method\":\"a.b.C\",\"oneway\":true,\"parameters\":{}}") + '\0');
    }
}
