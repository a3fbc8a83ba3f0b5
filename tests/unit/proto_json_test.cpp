// SPDX-License-Identifier: Apache-2.0
#include "proto/json.hpp"
#include "proto/json_writer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sgauth::proto;

namespace {

json_fault fault_of(std::string_view text)
{
    json_document document;
    return document.parse(text);
}

std::string nested(std::size_t depth)
{
    return std::string(depth, '[') + std::string(depth, ']');
}

std::string copied(std::string_view text)
{
    json_document document;
    REQUIRE(document.parse(text) == json_fault::none);
    std::string out;
    json_writer(out).copy(document.root());
    return out;
}

}  // namespace

TEST_SUITE("proto.json")
{
    TEST_CASE("what is not one JSON value is refused")
    {
        for (const char* bad :
             {"", " ", "{", "{}{}", "[1,]", "{\"a\":1,}", "nul", "'a'", "01", "\"\x01\"", "// c\n1"}) {
            CAPTURE(bad);
            CHECK(fault_of(bad) == json_fault::syntax);
        }
    }

    TEST_CASE("a byte order mark and a NUL are refused, with or without something behind")
    {
        CHECK(fault_of("\xEF\xBB\xBF{}") == json_fault::syntax);
        CHECK(fault_of(std::string_view("{}\0", 3)) == json_fault::syntax);
        CHECK(fault_of(std::string_view("{}\0junk", 7)) == json_fault::syntax);
        CHECK(fault_of(std::string_view("{\"a\0\":1}", 8)) == json_fault::syntax);
    }

    TEST_CASE("what is no string is refused")
    {
        for (const char* bad :
             {R"("a)",
              R"("\)",
              R"("\")",
              R"("\x")",
              R"("\u12")",
              R"("\u12G4")",
              R"("\u 123")",
              R"("\U0041")",
              R"("\uD800")",
              R"("\uD800x")",
              R"("\uD800\u0041")",
              R"("\uD800\uD800")",
              R"("\uDC00")",
              R"("\uDC00\uD800")",
              "\"a\x1f\"",
              "\"a\n\"",
              R"(a")",
              R"(1"a")",
              R"(["a" "b"])",
              R"({"a" 1})",
              R"({"a":1"b":2})",
              R"("a"")",
              R"({1:2})"}) {
            CAPTURE(bad);
            CHECK(fault_of(bad) == json_fault::syntax);
        }
    }

    TEST_CASE("every escape means what RFC 8259 says")
    {
        json_document document;
        REQUIRE(
            document.parse(
                R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u20AC\ud7ff\uE000\uFFFF","\ud83d\uDE00\uD800\uDC00\uDBFF\uDFFF","",)"
                "\"\x7f\xc3\xa9\xf0\x9f\x98\x80\",\"\\u0000\"]"
            ) == json_fault::none
        );
        std::vector<std::string> read;
        for (const json_value one : document.root())
            read.emplace_back(one.as_string().value());
        CHECK(read[0] == "\"\\/\b\f\n\r\t");
        CHECK(read[1] == "A\xc3\xa9\xe2\x82\xac\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf");
        CHECK(read[2] == "\xf0\x9f\x98\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
        CHECK(read[3].empty());
        CHECK(read[4] == "\x7f\xc3\xa9\xf0\x9f\x98\x80");
        CHECK(read[5] == std::string(1, '\0'));
    }

    TEST_CASE("bytes that are not UTF-8 are refused")
    {
        for (const char* bad : {"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "{\"\xff\":1}"}) {
            CAPTURE(bad);
            CHECK(fault_of(bad) == json_fault::syntax);
        }
    }

    TEST_CASE("a key that stands twice is refused, in small objects and large")
    {
        CHECK(fault_of(R"({"a":1,"a":2})") == json_fault::duplicate_key);
        CHECK(fault_of(R"({"x":{"a":1,"b":2,"a":2}})") == json_fault::duplicate_key);
        CHECK(fault_of(R"({"a":1,"a":2})") == json_fault::duplicate_key);
        std::string large = "{";
        for (int i = 0; i < 100; ++i)
            large += "\"k" + std::to_string(i) + "\":0,";
        CHECK(fault_of(large + "\"k40\":1}") == json_fault::duplicate_key);
        CHECK(fault_of(large + "\"k100\":1}") == json_fault::none);
    }

    TEST_CASE("depth is allowed up to the limit and not one beyond it")
    {
        CHECK(fault_of(nested(max_json_depth)) == json_fault::none);
        CHECK(fault_of(nested(max_json_depth + 1)) == json_fault::too_deep);
    }

    TEST_CASE("values are allowed up to the limit and not one beyond it")
    {
        std::string most = "[0";
        for (std::size_t i = 2; i < max_json_values; ++i)
            most += ",0";
        CHECK(fault_of(most + "]") == json_fault::none);
        CHECK(fault_of(most + ",0]") == json_fault::too_many_values);
    }

    TEST_CASE("members are found by name, with their types and no others")
    {
        json_document document;
        REQUIRE(
            document.parse(
                R"({"n":-7,"big":18446744073709551615,"f":1.5,"t":true,"s":"a\u00e9\n","z":null,"l":[1,"x"]})"
            ) == json_fault::none
        );
        const json_value root = document.root();
        CHECK(root["n"].as_int() == -7);
        CHECK_FALSE(root["big"].as_int());
        CHECK_FALSE(root["f"].as_int());
        CHECK(root["f"].as_number() == 1.5);
        CHECK(root["t"].as_bool() == true);
        CHECK_FALSE(root["t"].as_int());
        CHECK(root["s"].as_string() == "a\xc3\xa9\n");
        CHECK(root["z"].is_absent_or_null());
        CHECK(root["z"]);
        CHECK_FALSE(root["missing"]);
        CHECK(root["l"].size() == 2);
        CHECK_FALSE(root["l"]["0"]);
        CHECK_FALSE(root["missing"]["deeper"].as_string());
        CHECK(root.size() == 7);
    }

    TEST_CASE("a failed parse leaves nothing of the document before it")
    {
        json_document document;
        REQUIRE(document.parse(R"({"a":1})") == json_fault::none);
        CHECK(document.parse("{") == json_fault::syntax);
        CHECK_FALSE(document.root());
    }

    TEST_CASE("what is copied reads the same")
    {
        const std::string text = R"({"a":[1,-2,true,null,"x\"\\\n\u0001",{}],"b":{"c":[]}})";
        CHECK(copied(text) == text);
    }

    TEST_CASE("a copied real stays a real")
    {
        CHECK(copied("[2.0,-0.0,1e2,-1e-999,1.5,1e300]") == "[2.0,-0.0,100.0,-0.0,1.5,1e+300]");
    }
}

TEST_SUITE("proto.json_writer")
{
    TEST_CASE("foreign bytes become text that is UTF-8")
    {
        std::string out;
        json_writer(out)
            .begin_array()
            .string("a\xff\x62")
            .string("\xe2\x82")
            .string("\xe2\x82\xac")
            .end_array();
        CHECK(out == "[\"a\xEF\xBF\xBD\x62\",\"\xEF\xBF\xBD\xEF\xBF\xBD\",\"\xe2\x82\xac\"]");
        CHECK(fault_of(out) == json_fault::none);
    }

    TEST_CASE("optional members are left out, or null where asked for")
    {
        std::string out;
        json_writer json(out);
        json.begin_object().member("none", std::optional<std::string>()).member("one", std::optional<int>(1));
        json.member_or_null("null", std::optional<int>())
            .member("flag", false)
            .member("text", "t")
            .end_object();
        CHECK(out == R"({"one":1,"null":null,"flag":false,"text":"t"})");
    }
}
