// SPDX-License-Identifier: Apache-2.0
#include "src/base/line_splitter.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

TEST_SUITE("base.line_splitter")
{
    TEST_CASE("a line at the limit is one, one byte more is none, whole or not")
    {
        const std::string longest(8, 'x');
        line_splitter good(8);
        CHECK(good.take(longest));
        CHECK(good.take("\n" + longest + "\n"));
        CHECK(good.next() == longest);
        CHECK(good.next() == longest);
        line_splitter cut(8);
        CHECK_FALSE(cut.take(longest + "x"));
        line_splitter whole(8);
        CHECK_FALSE(whole.take("a\n" + longest + "x\nb\n"));
        CHECK_FALSE(whole.next());
        CHECK_FALSE(whole.take("b\n"));
        CHECK_FALSE(whole.next());
    }

    TEST_CASE("bytes as they come")
    {
        line_splitter lines(8);
        CHECK_FALSE(lines.next());
        CHECK(lines.take("lo"));
        CHECK_FALSE(lines.next());
        CHECK(lines.take("ck\n\nwa"));
        CHECK(lines.next() == "lock");
        CHECK(lines.next() == "");
        CHECK_FALSE(lines.next());
        CHECK(lines.take("ke\n"));
        CHECK(lines.next() == "wake");
        CHECK_FALSE(lines.next());
    }
}
