// SPDX-License-Identifier: Apache-2.0
#include "daemon/helper_notices.hpp"

#include "daemon/desktop_helper/exit_codes.hpp"
#include "daemon/helper_programs.hpp"
#include "src/base/log.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

// It ends by itself after 5 s.
constexpr std::chrono::seconds helper_limit{6};

std::string_view outcome_of(int exit_code)
{
    switch (exit_code) {
        case desktop_helper::done:
            return "shown";
        case desktop_helper::no_bus:
            return "not shown: there is no session bus";
        case desktop_helper::no_service:
            return "not shown: no service of the desktop takes it";
        case desktop_helper::no_answer:
            return "perhaps not shown: the desktop did not answer in time";
        default:
            return "not shown: the helper program failed";
    }
}

}  // namespace

helper_notices::helper_notices(task_group& tasks, const environment& variable)
    : tasks_(tasks),
      helper_(find_helper(desktop_program)),
      environment_(helper_environment(variable, session_bus_variables))
{
}

void helper_notices::show(desktop_notice what)
{
    std::string text = std::move(what.summary) + '\n' + std::move(what.body);
    text.resize(std::min(text.size(), most_bytes));
    helper_call call{helper_, {"notify"}, environment_, helper_bytes(text)};
    tasks_.spawn("desktop notice", tell(std::move(call)));
}

// A machine without a desktop, or without who shows such a thing on it, is nobody's mistake.
net::awaitable<void> helper_notices::tell(helper_call call)
{
    const auto end = co_await run_helper(std::move(call), helper_limit);
    if (end)
        log::debug("a desktop notification was {}", outcome_of(end->exit_code));
    else
        log::debug("a desktop notification was not shown: {}", end.error().detail);
}

}  // namespace sgauth
