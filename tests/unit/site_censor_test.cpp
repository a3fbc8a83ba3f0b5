// SPDX-License-Identifier: Apache-2.0
#include "src/site/censor.hpp"
#include "src/site/site_trouble.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

namespace {

std::string without(std::string_view hidden, std::string_view text)
{
    const password secret(hidden);
    return censored(text, {&secret});
}

}  // namespace

TEST_CASE("a secret is found in clear and in every escape")
{
    struct row {
        const char* hidden;
        const char* echoed;
    };
    for (const row& r : {
             row{"pw", "pw"},
             row{"a\"b\\c/d", R"(a\"b\\c\/d)"},
             row{"a\"b\\c/d", R"(a\u0022b\u005Cc/d)"},
             row{"a<b>&'\"", "a&lt;b&gt;&amp;&#39;&quot;"},
             row{"a<b>&'\"", "a&#60;b&#x3E;&#038;&apos;&#x22;"},
             row{"p w&=+%", "p+w%26%3d%2B%25"},
             row{"p w&=+%", "p%20w&=%2b%25"},
             row{"Gr\xc3\xbc\xc3\x9f", R"(Gr\u00fc\u00DF)"},
             row{"Gr\xc3\xbc\xc3\x9f", "Gr%C3%BC%c3%9f"},
             row{"Gr\xc3\xbc\xc3\x9f", "Gr&#252;&#xDF;"},
             row{"\xf0\x9f\x90\x8e!", R"(\ud83d\udc0e!)"},
             row{"%25%25", "%25%25"},
             row{"%%", "%25%25"},
             row{"\t\n", R"(\t\n)"},
         }) {
        CAPTURE(r.echoed);
        CHECK(without(r.hidden, std::string("<") + r.echoed + ">") == "<[removed]>");
    }
}

TEST_CASE("what is not the secret stays as it is")
{
    CHECK(
        without("pw-FAKE", "pw-FAKF p%20w &amp; \\u00 %2 &#; &#x; \\") ==
        "pw-FAKF p%20w &amp; \\u00 %2 &#; &#x; \\"
    );
    CHECK(without("", "text") == "text");
    CHECK(censored("text", {nullptr}) == "text");
    CHECK(censored("", {}).empty());
}

TEST_CASE("several secrets, the longest at a place, as often as they come")
{
    const password word("pw");
    const one_time_code code("pw1234");
    CHECK(censored("pw1234 pw pw1234pw", {&word, &code}) == "[removed] [removed] [removed][removed]");
}

TEST_CASE("a text that fits a secret in a great many ways is done in time")
{
    const std::string slashes(8192, '\\');
    const password secret(slashes.substr(0, 4095) + "x");
    CHECK(censored(slashes, {&secret}) == slashes.substr(0, max_foreign_bytes));
}
