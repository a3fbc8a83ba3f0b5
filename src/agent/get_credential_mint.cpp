// SPDX-License-Identifier: Apache-2.0
//
// A GetCredential for a confined script: its token has to be minted before anything can be handed out.

#include "src/agent/errors.hpp"
#include "src/agent/get_credential.hpp"
#include "src/agent/session_view.hpp"

#include <utility>

namespace sgauth {

get_credential::step get_credential::mint_first(const session& s, std::optional<std::chrono::seconds> wanted)
    const
{
    const std::chrono::seconds longest = state_.keeping.rules_for(s).idle_window;
    if (wanted.value_or(longest) > longest)
        return {
            next::nothing,
            std::unexpected(
                errors::cannot_last(view(s, state_.table, state_.keeping, state_.time.wall()), longest)
            ),
            {}
        };
    if (state_.keeping.now().now < s.past.not_before)
        return {next::nothing, std::unexpected(errors::unreachable(s, not_answering())), {}};
    return {next::verify, std::nullopt, s.id};
}

boost::asio::awaitable<answer<proto::get_credential_reply>> get_credential::after_no_mint(
    caller who,
    std::string id,
    const proto::get_credential_call& call,
    std::chrono::steady_clock::time_point end,
    const result<probe_answer>& probed
)
{
    const session& s = *state_.table.find(id);
    if (probed && probed->trouble)
        co_return std::unexpected(errors::unreachable(s, *probed->trouble));
    if (std::chrono::steady_clock::now() >= end)
        co_return std::unexpected(errors::timed_out("the site did not answer in time"));
    // A new login came between; or the token that it had was not waited for as long as one that has to be
    // there.
    co_return co_await after_probe(std::move(who), std::move(id), call, end);
}

}  // namespace sgauth
