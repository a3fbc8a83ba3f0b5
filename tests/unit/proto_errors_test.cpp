// SPDX-License-Identifier: Apache-2.0
#include "proto/codec.hpp"
#include "proto/description.hpp"
#include "proto/envelope.hpp"
#include "proto/status.hpp"
#include "tests/support/varlink_description.hpp"
#include "tests/unit/proto_messages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace sgauth;
using namespace sgauth::proto;

namespace {

// An error with every member there is: only those that its name has may be written.
error_reply full_error(std::string name)
{
    error_reply e;
    e.name = std::move(name);
    e.message = "something went wrong";
    e.foreign = "their words";
    e.site = "https://x.example";
    e.user = "jane";
    e.session = samples::full_session();
    e.items = {"one", "two"};
    e.longest_s = 60;
    e.retry_at = 1'700'000'000;
    e.subject = "what";
    return e;
}

std::string written(const error_reply& error)
{
    std::string out;
    write_message(out, error);
    REQUIRE(out.back() == '\0');
    out.pop_back();
    return out;
}

error_reply reread(const std::string& message)
{
    json_document document;
    REQUIRE(document.parse(message) == json_fault::none);
    reply_envelope envelope;
    REQUIRE(read_reply(document.root(), envelope));
    error_reply out;
    read_error(envelope.error, envelope.parameters, out);
    return out;
}

}  // namespace

TEST_SUITE("proto.errors")
{
    TEST_CASE("every error of both interfaces is written with its own parameters, and read back")
    {
        const auto agent = testing::parse_description(agent_description).value();
        const auto service = testing::parse_description(service_description).value();
        for (const auto* interface : {&agent, &service})
            for (const auto& [name, type] : interface->errors) {
                CAPTURE(name);
                const std::string message = written(full_error(name));
                CAPTURE(message);
                CHECK(message.starts_with("{\"error\":\"" + interface->name + "." + name + "\""));
                CHECK(testing::check_reply(agent, service, "List", message) == "");
                const error_reply again = reread(message);
                CHECK(again.name == name);
                CHECK(written(again) == message);
                const auto has = [&](std::string_view field) {
                    return std::ranges::any_of(type.fields, [&](const auto& f) { return f.name == field; });
                };
                CHECK(again.message.empty() == !has("message"));
                CHECK(again.foreign.empty() == !has("foreign"));
                CHECK(again.site.has_value() == has("site"));
                CHECK(again.user.has_value() == has("user"));
                CHECK(again.session.has_value() == has("session"));
                CHECK(again.items.empty() == !(has("choices") || has("forms")));
                CHECK(again.longest_s.has_value() == has("longest_s"));
                CHECK(again.retry_at.has_value() == has("retry_at"));
                CHECK(again.subject.empty() == !(has("interface") || has("method") || has("parameter")));
            }
    }

    TEST_CASE("an error with nothing but what it cannot do without is as described")
    {
        const auto agent = testing::parse_description(agent_description).value();
        const auto service = testing::parse_description(service_description).value();
        for (const auto* interface : {&agent, &service})
            for (const auto& [name, type] : interface->errors) {
                CAPTURE(name);
                error_reply bare;
                bare.name = name;
                if (name == "Expired" || name == "CannotLastThatLong")
                    bare.session = samples::bare_session();
                CHECK(testing::check_reply(agent, service, "List", written(bare)) == "");
            }
    }

    TEST_CASE("every error that has a name of ours is described, and the other way round")
    {
        const auto agent = testing::parse_description(agent_description).value();
        const auto service = testing::parse_description(service_description).value();
        namespace e = error_name;
        const auto ours = {
            e::no_session,
            e::expired,
            e::cannot_last,
            e::ambiguous,
            e::invalid_site,
            e::form_unavailable,
            e::refused,
            e::unreachable,
            e::timed_out,
            e::denied,
            e::cancelled,
            e::busy,
            e::no_such_login,
            e::failed
        };
        const auto standard = {
            e::interface_not_found,
            e::method_not_found,
            e::method_not_implemented,
            e::invalid_parameter,
            e::permission_denied,
            e::expected_more
        };
        CHECK(agent.errors.size() == ours.size());
        CHECK(service.errors.size() == standard.size());
        for (const std::string_view name : ours)
            CHECK(agent.errors.contains(name));
        for (const std::string_view name : standard)
            CHECK(service.errors.contains(name));
    }

    TEST_CASE("another interface's error keeps its whole name, and is not taken for a standard one")
    {
        const error_reply other =
            reread(R"({"error":"com.example.InvalidParameter","parameters":{"parameter":"x"}})");
        CHECK(other.name == "com.example.InvalidParameter");
        CHECK(other.subject == "");
        CHECK(
            reread(R"({"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"x"}})")
                .subject == "x"
        );
        CHECK(
            reread(R"({"error":"org.varlink.service.SomethingNew"})").name ==
            "org.varlink.service.SomethingNew"
        );
        CHECK(reread(R"({"error":"io.sgauth.Agent.SomethingNew"})").name == "SomethingNew");
    }

    TEST_CASE("an error whose parameters are not what they should be is still an error")
    {
        for (const char* parameters :
             {"null", "{}", R"({"message":1,"site":[],"session":{},"choices":3,"longest_s":"x"})"}) {
            const std::string message =
                R"({"error":"io.sgauth.Agent.Ambiguous","parameters":)" + std::string(parameters) + "}";
            const error_reply e = reread(message);
            CHECK(e.name == "Ambiguous");
            CHECK(e.message == "");
            CHECK_FALSE(e.session);
            CHECK(e.items.empty());
        }
    }
}
