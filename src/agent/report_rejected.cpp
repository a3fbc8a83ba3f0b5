// SPDX-License-Identifier: Apache-2.0
#include "src/agent/report_rejected.hpp"

#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/base/deadline.hpp"
#include "src/policy/authorise.hpp"

#include <algorithm>
#include <utility>

namespace sgauth {

namespace net = boost::asio;

namespace {

constexpr std::chrono::milliseconds default_patience{30'000};

net::awaitable<result<probe_answer>> verify(keeper& keeping, std::string id)
{
    co_return co_await keeping.verify(std::move(id));
}

}  // namespace

net::awaitable<answer<proto::report_rejected_reply>> report_rejected::operator()(
    caller who, proto::report_rejected_call call
) const
{
    if (const auto leave = authorise(who, request_kind::use, nullptr, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    if (call.timeout_ms.value_or(0) < 0)
        co_return std::unexpected(errors::invalid_parameter("timeout_ms"));
    const session* s = state_.table.find(call.id);
    if (!s)
        co_return std::unexpected(errors::no_session("no session has this id any more", nullptr, {}));
    if (const auto leave = authorise(who, request_kind::use, s, {}); !leave)
        co_return std::unexpected(errors::from(leave.error()));
    if (s->generation == call.generation && is_report_news(s->past, state_.time.now())) {
        const std::chrono::milliseconds patience(call.timeout_ms.value_or(default_patience.count()));
        // Whatever came of it stands in the table; a time-out leaves the session as it is.
        [[maybe_unused]] const auto asked =
            co_await with_deadline(verify(state_.keeping, call.id), std::min(patience, default_patience));
        s = state_.table.find(call.id);
        if (!s)
            co_return std::unexpected(errors::no_session("the session was revoked just now", nullptr, {}));
    }
    co_return proto::report_rejected_reply{view(*s, state_.table, state_.keeping, state_.time.wall())};
}

}  // namespace sgauth
