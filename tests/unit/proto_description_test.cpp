// SPDX-License-Identifier: Apache-2.0
//
// The tests' own reader of descriptions: what it refuses, and that its checks find what is planted.

#include "tests/support/varlink_description.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth::testing;

namespace {

const std::string head = "# one\ninterface io.example.Thing\n";

std::string wrong_with(const std::string& body)
{
    const auto parsed = parse_description(head + body);
    return parsed ? "" : parsed.error();
}

const varlink_interface& thing()
{
    static const varlink_interface parsed =
        parse_description(
            head +
            "type Part (id: string, size: ?int, tags: [string]bool, inner: (a: []float), way: (up, down))\n"
            "method Get(part: Part, all: ?bool) -> (parts: []Part, any: object)  # behind\n"
            "method Stop() -> ()\n"
            "error Broken (part: ?Part)\nerror Lost ()\n"
        )
            .value();
    return parsed;
}

const varlink_interface& service()
{
    static const varlink_interface parsed =
        parse_description("interface org.varlink.service\nerror PermissionDenied ()\n").value();
    return parsed;
}

const std::string part = R"({"id":"x","tags":{"a":true},"inner":{"a":[1,2.5]},"way":"up"})";

std::string call(const std::string& parameters)
{
    return check_call(thing(), R"({"method":"io.example.Thing.Get","parameters":)" + parameters + "}");
}

std::string reply(const std::string& message)
{
    return check_reply(thing(), service(), "Stop", message);
}

}  // namespace

TEST_SUITE("tests.varlink_description")
{
    TEST_CASE("descriptions that break a rule are refused with their line")
    {
        CHECK(wrong_with("type part (a: int)") == "line 3: not a name for a type, method or error: part");
        CHECK(wrong_with("type Part_x (a: int)") == "line 3: not a name for a type, method or error: Part_x");
        for (const char* field : {"A", "a__b", "a_", "_a", "1a", "aB", "a-b"})
            CHECK(wrong_with("type Part (" + std::string(field) + ": int)")
                      .starts_with("line 3: not a field's name"));
        CHECK(wrong_with("type A ()\n\nmethod A() -> ()") == "line 5: the name stands twice: A");
        CHECK(wrong_with("type A (b: B)").find("no such type: B") != std::string::npos);
        CHECK(wrong_with("type A (b: text)").find("no such type: text") != std::string::npos);
        CHECK(wrong_with("error A").find("without a parameter list") != std::string::npos);
        CHECK(wrong_with("error A\nerror B ()").find("without a parameter list") != std::string::npos);
        for (const char* bad :
             {"method A()",
              "method A() -> (",
              "method A() -> (a)",
              "type A (a: int,)",
              "type A (a int)",
              "type A (a: int b: int)",
              "type A (a: ??int)",
              "type A (a: [int]string)",
              "thing A ()",
              "type A (a: int, b)",
              "type A (a: ",
              "type A (a: int))",
              "type"})
            CHECK(wrong_with(bad) != "");
        CHECK_FALSE(parse_description(""));
        CHECK_FALSE(parse_description("interface thing\n"));
        CHECK_FALSE(parse_description("interface Io.example\n"));
        CHECK(wrong_with("") == "");
    }

    TEST_CASE("a good one is read")
    {
        CHECK(thing().name == "io.example.Thing");
        CHECK(thing().types.size() == 1);
        CHECK(thing().methods.size() == 2);
        CHECK(thing().errors.size() == 2);
        CHECK(thing().types.at("Part").fields.size() == 5);
    }

    TEST_CASE("calls are held against it")
    {
        CHECK(call("{\"part\":" + part + "}") == "");
        CHECK(call("{\"part\":" + part + ",\"all\":null}") == "");
        CHECK(call("{}") == "parameters.part: missing");
        CHECK(call("{\"part\":" + part + ",\"al\":true}") == "parameters.al: unknown");
        CHECK(call("{\"part\":" + part + ",\"all\":1}") == "parameters.all: not a bool");
        const auto with = [&](std::string from, const std::string& to) {
            std::string changed = part;
            return call("{\"part\":" + changed.replace(changed.find(from), from.size(), to) + "}");
        };
        CHECK(with("\"x\"", "1") == "parameters.part.id: not a string");
        CHECK(with("true", "1") == "parameters.part.tags.[0]: not a bool");
        CHECK(with("2.5", "\"2\"") == "parameters.part.inner.a.[1]: not a float");
        CHECK(with("[1,2.5]", "{}") == "parameters.part.inner.a: not an array");
        CHECK(with("up", "left") == "parameters.part.way: not one of its words");
        CHECK(with("\"id\"", "\"size\":1.5,\"id\"") == "parameters.part.size: not an int");
        CHECK(with("\"id\"", "\"idd\"") == "parameters.part.id: missing");
        CHECK(check_call(thing(), "[]") == "not a JSON object");
        CHECK(check_call(thing(), R"({"method":"io.example.Thing.Go"})") == "method: there is no such");
        CHECK(check_call(thing(), R"({"method":"io.other.Get"})") == "method: there is no such");
        CHECK(
            check_call(thing(), R"({"method":"io.example.Thing.Stop","x":1})") == "envelope: unknown member x"
        );
        CHECK(check_call(thing(), R"({"method":"io.example.Thing.Stop"})") == "");
        CHECK(check_call(thing(), R"({"method":"io.example.Thing.Get"})") == "part: missing");
    }

    TEST_CASE("replies and errors are held against it")
    {
        CHECK(reply("{}") == "");
        CHECK(reply(R"({"parameters":{"x":1}})") == "parameters.x: unknown");
        CHECK(reply(R"({"parameter":{}})") == "envelope: unknown member parameter");
        CHECK(reply(R"({"error":"io.example.Thing.Lost"})") == "");
        CHECK(reply(R"({"error":"io.example.Thing.Lost","parameters":{"x":1}})") == "parameters.x: unknown");
        CHECK(reply(R"({"error":"io.example.Thing.Gone"})") == "error: there is no io.example.Thing.Gone");
        CHECK(reply(R"({"error":"Lost"})") == "error: there is no Lost");
        CHECK(reply(R"({"error":"org.varlink.service.PermissionDenied","parameters":{}})") == "");
        CHECK(reply(R"({"error":"io.example.Thing.PermissionDenied"})") != "");
        CHECK(reply(R"({"error":"io.example.Thing.Broken","parameters":{"part":{}}})") != "");
        CHECK(check_reply(thing(), service(), "Get", R"({"parameters":{"parts":[],"any":{"x":[1]}}})") == "");
        CHECK(check_reply(thing(), service(), "Get", R"({"parameters":{"parts":[],"any":[]}})") != "");
        CHECK(check_reply(thing(), service(), "None", "{}") == "method: there is no such");
    }
}
