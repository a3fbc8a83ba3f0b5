// SPDX-License-Identifier: Apache-2.0
#include "src/login/password_budget.hpp"

#include "src/base/log.hpp"
#include "src/login/attempt_record.hpp"
#include "src/session/session.hpp"

#include <array>
#include <ctime>
#include <utility>

namespace sgauth {

namespace {

login_key key_of(const site_url& site, std::string_view login)
{
    return {site.text(), fold(login)};
}

std::string clock_text(wall_time when)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%H:%M:%S UTC", &parts);
    return {text.data(), size};
}

}  // namespace

password_budget::password_budget(attempt_log log, time_source& time, writer write)
    : log_(std::move(log)), time_(time), write_(std::move(write))
{
}

result<void> password_budget::check(const site_url& site, std::string_view login) const
{
    const boot_time now = time_.now();
    const auto until = log_.refused_until(key_of(site, login), now);
    if (!until)
        return {};
    const auto left = std::chrono::ceil<std::chrono::seconds>(*until - now);
    return fail(
        errc::denied,
        fmt::format(
            "too many wrong passwords or codes for this login at {} within an hour; the next try is allowed "
            "in {} min, "
            "at {}",
            site.text(),
            std::chrono::ceil<std::chrono::minutes>(left).count(),
            clock_text(time_.wall() + left)
        )
    );
}

password_budget::awaitable<result<password_budget::spent_try>> password_budget::spend(
    site_url site, std::string login
)
{
    if (const auto allowed = check(site, login); !allowed)
        co_return std::unexpected(allowed.error());
    spent_try spent{key_of(site, login), time_.now()};
    log_.add(spent.who, spent.when);
    const auto written = co_await write_down();
    if (!written) {
        log_.take_back(spent.who, spent.when);
        co_return fail(
            errc::failed,
            "no password is sent while the count of wrong ones cannot be kept: " + written.error().detail
        );
    }
    co_return spent;
}

password_budget::awaitable<void> password_budget::refund(spent_try spent)
{
    log_.take_back(spent.who, spent.when);
    const auto written = co_await write_down();
    if (!written)
        log::warning(
            "a password that was not wrong counts as a wrong one for an hour: {}", written.error().detail
        );
}

password_budget::awaitable<result<void>> password_budget::write_down()
{
    std::string text = write_attempts(log_, {time_.now(), time_.wall(), time_.boot_id()});
    co_return co_await write_(std::move(text));
}

}  // namespace sgauth
