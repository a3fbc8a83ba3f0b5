#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A revoke, and what it came to.

#include "tests/support/session_stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

using journal = std::vector<std::string>;

inline revocation only(result<std::vector<revocation>> outcomes)
{
    REQUIRE(outcomes);
    REQUIRE(outcomes->size() == 1);
    return outcomes->front();
}

inline auto revoke(session_stage& s, std::string id, at_the_site what = at_the_site::log_out)
{
    return s.revoking.revoke({std::move(id)}, what, std::chrono::seconds(5));
}

}  // namespace sgauth::test
