// SPDX-License-Identifier: Apache-2.0
//
// How often a person is shown something on the desktop, and what of.
#include "src/agent/notice_policy.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace std::chrono_literals;

namespace {

const boot_time start = boot_time() + 1000h;

}  // namespace

TEST_SUITE("agent.notice_policy")
{
    TEST_CASE("the same is not shown again within ten minutes; after them it is")
    {
        notice_policy policy;
        CHECK(policy.take("a", start));
        CHECK_FALSE(policy.take("a", start));
        CHECK_FALSE(policy.take("a", start + 10min - 1ns));
        CHECK(policy.take("a", start + 10min));
        CHECK_FALSE(policy.take("a", start + 20min - 1ns));
    }

    TEST_CASE("another is another")
    {
        notice_policy policy;
        CHECK(policy.take("a", start));
        CHECK(policy.take("b", start));
    }

    TEST_CASE("ten in any hour, and no eleventh before the first is an hour old")
    {
        notice_policy policy;
        for (std::size_t n = 0; n < notice_policy::most_in_an_hour; ++n)
            CHECK(policy.take(std::to_string(n), start + n * 1min));
        CHECK_FALSE(policy.take("one more", start + 1h - 1ns));
        CHECK(policy.take("one more", start + 1h));
        CHECK_FALSE(policy.take("and another", start + 1h));
        CHECK(policy.take("and another", start + 1h + 1min));
    }

    TEST_CASE("what was not shown does not count")
    {
        notice_policy policy;
        for (std::size_t n = 0; n < notice_policy::most_in_an_hour; ++n)
            CHECK(policy.take(std::to_string(n), start));
        for (int n = 0; n < 100; ++n)
            CHECK_FALSE(policy.take("late", start + 59min));
        CHECK(policy.take("late", start + 1h));
    }
}
