// SPDX-License-Identifier: Apache-2.0
#include "src/agent/set_default.hpp"

#include "src/agent/choose.hpp"
#include "src/agent/errors.hpp"
#include "src/agent/session_view.hpp"
#include "src/base/log.hpp"
#include "src/policy/authorise.hpp"
#include "src/session/session_record.hpp"

namespace sgauth {

namespace {

boost::asio::awaitable<void> put(vault& store, std::string id, vault_record record)
{
    const auto written = co_await store.put(std::move(id), std::move(record));
    if (!written)
        log::warning("the default user is not remembered: {}", written.error().detail);
}

}  // namespace

answer<proto::set_default_reply> set_default::operator()(
    const caller& who, const proto::set_default_call& call
)
{
    if (const auto leave = authorise(who, request_kind::use); !leave)
        return std::unexpected(errors::from(leave.error()));
    if (!call.site && !call.user)
        return std::unexpected(errors::invalid_parameter("site"));
    if (!call.user) {
        const auto site = choose_site(state_, call.site);
        if (!site)
            return std::unexpected(site.error());
        state_.table.choose_site(*site);
        proto::set_default_reply reply;
        if (const session* s = state_.table.default_of(*site))
            reply.session = view(*s, state_.table, state_.keeping, state_.time.wall());
        return reply;
    }
    const auto chosen = choose_session(state_, call.site, call.user);
    if (!chosen)
        return std::unexpected(chosen.error());
    const session& s = **chosen;
    state_.table.make_default(s.id);
    if (call.site)
        state_.table.choose_site(s.site);
    for (const session* one : state_.table.all())
        if (one->site == s.site)
            remember(*one);
    return proto::set_default_reply{view(s, state_.table, state_.keeping, state_.time.wall())};
}

void set_default::remember(const session& s)
{
    state_.tasks.spawn(
        "default", put(state_.store, s.id, write_record(s, state_.table.is_default(s), false))
    );
}

}  // namespace sgauth
