// SPDX-License-Identifier: Apache-2.0
#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "proto/framing.hpp"
#include "proto/status.hpp"
#include "tests/support/wire_messages.hpp"
#include "tests/support/wire_vectors.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;
using namespace sgauth::proto;
using testing::wire_vector;

namespace {

std::string fault_name(json_fault fault)
{
    switch (fault) {
        case json_fault::duplicate_key:
            return "duplicate_key";
        case json_fault::too_deep:
            return "too_deep";
        case json_fault::too_many_values:
            return "too_many_values";
        default:
            return "syntax";
    }
}

// What becomes of a call, in the words of the vectors.
std::string outcome_of_call(std::string_view message)
{
    json_document document;
    if (const json_fault fault = document.parse(message); fault != json_fault::none)
        return fault_name(fault);
    call_envelope call;
    if (!read_call(document.root(), call))
        return "not_a_call";
    if (call.interface != agent_interface)
        return "unknown_interface";
    const auto blamed = testing::read_named_call(call.method, call.parameters);
    if (!blamed)
        return "unknown_method";
    return blamed->empty() ? "ok" : "invalid_parameter " + *blamed;
}

std::string outcome_of_reply(std::string_view method, std::string_view message)
{
    json_document document;
    if (document.parse(message) != json_fault::none)
        return "not_json";
    reply_envelope reply;
    if (!read_reply(document.root(), reply))
        return "not_a_reply";
    if (!reply.error.empty()) {
        error_reply error;
        read_error(reply.error, reply.parameters, error);
        return "error " + error.name;
    }
    return testing::read_named_reply(method, reply.parameters).value_or(false) ? "ok" : "bad_reply";
}

}  // namespace

TEST_SUITE("proto.vectors")
{
    TEST_CASE("every call ends as its vector says")
    {
        const auto vectors = testing::read_vectors(SGAUTH_SOURCE_DIR "/tests/vectors/calls");
        CHECK(vectors.size() >= 50);
        for (const wire_vector& v : vectors) {
            CAPTURE(v.name);
            CHECK(outcome_of_call(v.bytes) == v.headers.at("expect"));
        }
    }

    TEST_CASE("every reply ends as its vector says")
    {
        const auto vectors = testing::read_vectors(SGAUTH_SOURCE_DIR "/tests/vectors/replies");
        CHECK(vectors.size() >= 20);
        for (const wire_vector& v : vectors) {
            CAPTURE(v.name);
            CHECK(outcome_of_reply(v.headers.at("method"), v.bytes) == v.headers.at("expect"));
        }
    }

    TEST_CASE("the frame keeps a vector's bytes as they are")
    {
        for (const wire_vector& v : testing::read_vectors(SGAUTH_SOURCE_DIR "/tests/vectors/calls")) {
            message_reader reader;
            REQUIRE(reader.feed(v.bytes + '\0'));
            CHECK(reader.next() == v.bytes);
            CHECK_FALSE(reader.next());
        }
    }

    TEST_CASE("a file that is no vector is not taken for one")
    {
        CHECK_THROWS(testing::parse_vector("x", "expect: ok\n{}"));
        CHECK_THROWS(testing::parse_vector("x", "expect ok\n\n{}"));
        const wire_vector v = testing::parse_vector("x", "expect: a b\nwhat: c: d\n\n\n{}\n\n");
        CHECK(v.headers.at("expect") == "a b");
        CHECK(v.headers.at("what") == "c: d");
        CHECK(v.bytes == "\n{}\n\n");
    }
}
