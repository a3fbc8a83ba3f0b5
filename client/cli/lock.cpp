// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.hpp"
#include "client/cli/report.hpp"

namespace sgauth::cli {

namespace {

int run_lock(const arguments&)
{
    return report(not_available("locking is"), as::text);
}

int run_unlock(const arguments&)
{
    return report(not_available("unlocking is"), as::text);
}

}  // namespace

constexpr command lock_command = {
    "lock",
    "hand out no credential until unlocked (in a later version)",
    R"(Usage: sgauth lock

Hands out no credential until `sgauth unlock`. Not available in this version: it says so and ends with 1. To take the
credentials away instead:

Example:
  $ sgauth revoke --all

Exit codes:
  1  not available
)",
    {},
    0,
    run_lock,
};

constexpr command unlock_command = {
    "unlock",
    "end what `sgauth lock` began (in a later version)",
    R"(Usage: sgauth unlock

Lets credentials be handed out again after `sgauth lock`. Not available in this version: it says so and ends with 1.

Example:
  $ sgauth unlock

Exit codes:
  1  not available
)",
    {},
    0,
    run_unlock,
};

}  // namespace sgauth::cli
