// SPDX-License-Identifier: Apache-2.0
#include "src/agent/lock.hpp"

#include "src/agent/errors.hpp"
#include "src/base/deadline.hpp"
#include "src/policy/authorise.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace {

// A person looks for a password; a keyring that needs nobody answers at once.
constexpr std::chrono::milliseconds default_patience = std::chrono::minutes(3);
constexpr std::chrono::milliseconds longest_patience = std::chrono::minutes(10);

// With the time of the next try, where one has to be waited for.
proto::error_reply refusal_with_time(const error& why, const agent_state& state)
{
    proto::error_reply reply = errors::from(why);
    if (const auto at = state.store.retry_at(); at && why.code == errc::denied)
        reply.retry_at = (state.time.wall() + std::chrono::ceil<std::chrono::seconds>(*at - state.time.now()))
                             .time_since_epoch()
                             .count();
    return reply;
}

boost::asio::awaitable<result<void>> open(vault& store, std::optional<vault_passphrase> with, prompting how)
{
    return store.unlock(std::move(with), how);
}

}  // namespace

boost::asio::awaitable<answer<proto::lock_reply>> lock::operator()(caller who, proto::lock_call call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    const auto locked = co_await state_.store.lock(std::move(call.passphrase));
    if (!locked)
        co_return std::unexpected(errors::from(locked.error()));
    co_return proto::lock_reply{};
}

boost::asio::awaitable<answer<proto::lock_reply>> unlock::operator()(caller who, proto::unlock_call call)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    const std::chrono::milliseconds patience(call.timeout_ms.value_or(default_patience.count()));
    const prompting how = call.prompt.value_or(false) ? prompting::allowed : prompting::never;
    auto opening = open(state_.store, std::move(call.passphrase), how);
    const auto opened = co_await with_deadline(std::move(opening), std::min(patience, longest_patience));
    if (!opened)
        co_return std::unexpected(refusal_with_time(opened.error(), state_));
    const auto restored = co_await state_.restoring.restore();
    if (!restored)
        co_return std::unexpected(errors::from(restored.error()));
    co_return proto::lock_reply{};
}

boost::asio::awaitable<answer<proto::lock_reply>> change_vault::operator()(
    caller who, proto::change_vault_call call
)
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    const bool is_reset = call.reset.value_or(false);
    if (is_reset && (call.place || call.passphrase))
        co_return std::unexpected(errors::invalid_parameter("reset"));
    const std::string now = state_.store.account().place;
    std::string place = call.place.value_or(now);
    if (!is_reset && place.empty())
        co_return std::unexpected(errors::invalid_parameter("place"));
    result<void> done;
    if (is_reset)
        done = co_await state_.store.reset();
    else
        done = co_await state_.store.move(std::move(place), std::move(call.passphrase));
    if (!done && done.error().code == errc::invalid && !call.passphrase && !is_reset)
        co_return std::unexpected(errors::failed(done.error().detail));
    if (!done)
        co_return std::unexpected(errors::from(done.error()));
    co_return proto::lock_reply{};
}

}  // namespace sgauth
