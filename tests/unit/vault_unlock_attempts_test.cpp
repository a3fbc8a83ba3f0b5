// SPDX-License-Identifier: Apache-2.0
#include "src/vault/unlock_attempts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sgauth;
using namespace std::chrono_literals;

TEST_SUITE("vault.unlock_attempts")
{
    TEST_CASE("three are free, then each pause is twice the last, up to a limit; the right one ends it")
    {
        unlock_attempts tries;
        boot_time now(100h);
        CHECK_FALSE(tries.retry_at(now));
        tries.was_wrong(now);
        tries.was_wrong(now);
        CHECK_FALSE(tries.retry_at(now));
        std::chrono::seconds pause = 1s;
        for (int i = 0; i < 40; ++i) {
            tries.was_wrong(now);
            CHECK(tries.retry_at(now) == now + pause);
            CHECK_FALSE(tries.retry_at(now + pause));
            now += pause;
            pause = std::min<std::chrono::seconds>(pause * 2, unlock_attempts::longest_pause);
        }
        tries.was_wrong(now);
        tries.was_right();
        CHECK_FALSE(tries.retry_at(now));
        tries.was_wrong(now);
        CHECK_FALSE(tries.retry_at(now));
    }
}
