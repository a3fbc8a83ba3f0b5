// SPDX-License-Identifier: Apache-2.0
#include "src/agent/default_user.hpp"

#include <utility>

namespace sgauth {

std::optional<std::string> default_id(const session_table& table, const site_url& site)
{
    const session* s = table.default_of(site);
    return s ? std::optional(s->id) : std::nullopt;
}

boost::asio::awaitable<result<void>> save_default(
    session_saver& saving, std::string id, std::optional<std::string> former
)
{
    auto written = co_await saving.save(id);
    if (written && former && *former != id)
        written = co_await saving.save(std::move(*former));
    co_return written;
}

}  // namespace sgauth
