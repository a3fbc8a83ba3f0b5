// SPDX-License-Identifier: Apache-2.0
#include "src/site/retry_policy.hpp"

#include <doctest/doctest.h>

using namespace sgauth;
using namespace std::chrono_literals;

TEST_CASE("nothing but 502 and 504 is tried again")
{
    for (const unsigned status : {0U, 200U, 302U, 401U, 403U, 404U, 407U, 429U, 500U, 501U, 503U, 505U})
        CHECK_FALSE(pause_before_retry(status, 1, 30s));
}

TEST_CASE("a gateway's error is tried twice again, later each time")
{
    for (const unsigned status : {502U, 504U}) {
        CHECK(pause_before_retry(status, 1, 30s) == 750ms);
        CHECK(pause_before_retry(status, 2, 30s) == 1500ms);
        CHECK_FALSE(pause_before_retry(status, 3, 30s));
    }
}

TEST_CASE("no pause reaches the call's limit")
{
    CHECK(pause_before_retry(502, 1, 751ms) == 750ms);
    CHECK_FALSE(pause_before_retry(502, 1, 750ms));
    CHECK_FALSE(pause_before_retry(504, 2, 1500ms));
    CHECK_FALSE(pause_before_retry(504, 1, -1s));
}
