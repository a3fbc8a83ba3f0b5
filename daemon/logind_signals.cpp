// SPDX-License-Identifier: Apache-2.0
#include "daemon/logind_signals.hpp"

#include "daemon/desktop_helper/words.hpp"
#include "daemon/desktop_words.hpp"
#include "daemon/helper_programs.hpp"
#include "src/base/log.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sgauth {

namespace {

namespace net = boost::asio;
namespace words = desktop_helper;

// A bus that is there answers in milliseconds; the helper itself waits for each answer for five seconds.
constexpr std::chrono::seconds answer_limit{10};
// Screens are locked some times a day. Then it is asked whether it is there still: a helper that hangs would
// leave everything unlocked.
constexpr std::chrono::minutes quiet_limit{5};
// logind comes back within a second after an upgrade; a machine without it costs a process a minute.
constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{60};

constexpr const char* no_delay =
    "logind does not let us hold up a sleep: the machine may be asleep before the "
    "sessions are locked";

// How the system bus is found, and in which language it complains: nothing else is the helper's business.
constexpr const char* system_bus_variables[] = {"DBUS_SYSTEM_BUS_ADDRESS", "LANG"};

std::chrono::seconds pause_after(int failures)
{
    const int doublings = std::clamp(failures - 1, 0, 6);
    return std::min(first_pause * (1 << doublings), longest_pause);
}

}  // namespace

logind_signals::logind_signals(const environment& variable, time_source& time)
    : environment_(helper_environment(variable, system_bus_variables)), time_(time)
{
}

net::awaitable<void> logind_signals::listen(obeyer obey)
{
    failures_ = 0;
    problem_.reset();
    for (;;) {
        std::string why = co_await listen_once(obey);
        ++failures_;
        if (problem_ != why)
            log::warning("the desktop's lock cannot be followed: {}", why);
        problem_ = std::move(why);
        co_await time_.sleep_until(time_.now() + pause_after(failures_));
    }
}

// Returns why that has ended.
net::awaitable<std::string> logind_signals::listen_once(obeyer& obey)
{
    const auto executor = co_await net::this_coro::executor;
    helper_stream::program what{find_helper(desktop_program), {"follow"}, environment_};
    auto helper = helper_stream::start(executor, std::move(what));
    if (!helper)
        co_return helper.error().detail;
    is_ready_ = false;
    for (;;) {
        auto line = co_await next_line(*helper);
        if (!line)
            co_return line.error().detail;
        const desktop_line said = read_desktop_line(*line);
        const auto taken = co_await take(*helper, said, obey);
        if (!taken)
            co_return taken.error().detail;
    }
}

net::awaitable<result<std::string>> logind_signals::next_line(helper_stream& helper)
{
    const std::chrono::steady_clock::duration limit = is_ready_ ? quiet_limit : answer_limit;
    auto line = co_await helper.line(limit);
    if (line || line.error().code != errc::timed_out)
        co_return line;
    if (is_ready_ && helper.say(words::there))
        line = co_await helper.line(answer_limit);
    if (!line && line.error().code == errc::timed_out)
        co_return fail(errc::timed_out, "the system bus does not answer");
    co_return line;
}

net::awaitable<result<void>> logind_signals::take(helper_stream& helper, desktop_line said, obeyer& obey)
{
    if (const auto* const event = std::get_if<desktop_event>(&said)) {
        co_await obey(*event);
        co_return *event == desktop_event::sleep ? helper.say(words::locked) : result<void>();
    }
    if (const auto* const trouble = std::get_if<desktop_trouble>(&said))
        co_return fail(errc::failed, trouble->why);
    if (std::holds_alternative<desktop_nonsense>(said))
        co_return fail(errc::failed, "the helper program is not this version's");
    if (std::holds_alternative<desktop_here>(said))
        co_return result<void>();
    is_ready_ = true;
    failures_ = 0;
    const bool holds_up = std::holds_alternative<desktop_ready>(said);
    problem_ = holds_up ? std::nullopt : std::optional<std::string>(no_delay);
    co_return result<void>();
}

}  // namespace sgauth
