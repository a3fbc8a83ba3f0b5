// SPDX-License-Identifier: Apache-2.0
#include "src/session/session_saver.hpp"

#include "src/base/log.hpp"
#include "src/session/confined_script.hpp"
#include "src/session/session_record.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace sgauth {

session_saver::session_saver(session_table& table, vault& store, task_group& tasks)
    : table_(table), store_(store), tasks_(tasks)
{
    table_.listen([this](session_event event, const session& s) {
        if (event == session_event::expired)
            tasks_.spawn("save", save_later(s.id));
    });
}

session_saver::awaitable<result<void>> session_saver::save(std::string id)
{
    const session* s = table_.find(id);
    if (!s || s->is_sealed)
        co_return result<void>();  // what is sealed is written as it is
    const std::vector<std::string> leftovers = s->leftovers;
    vault_record record = write_record(*s, table_.is_default(*s));
    auto written = co_await store_.put(id, std::move(record));
    for (const std::string& old : leftovers) {
        if (!written)
            break;  // the credential is durable there alone
        written = co_await store_.erase(old);
        if (written)
            table_.erased_leftover(id, old);
    }
    co_return written;
}

session_saver::awaitable<result<void>> session_saver::save_minted(
    std::string id, std::int64_t before, std::int64_t generation, const session_token& token
)
{
    const session* s = table_.find(id);
    if (!s || s->generation != before || !lacks_token(*s) || s->is_sealed)
        co_return result<void>();
    vault_record record = write_minted(*s, table_.is_default(*s), token, generation);
    co_return co_await store_.put(std::move(id), std::move(record));
}

session_saver::awaitable<result<void>> session_saver::save_choice()
{
    if (!table_.chosen_site())
        co_return result<void>();
    std::string id(chosen_site_record);
    vault_record record = write_chosen_site(*table_.chosen_site());
    co_return co_await store_.put(std::move(id), std::move(record));
}

session_saver::awaitable<void> session_saver::save_later(std::string id)
{
    // Not from inside the table's change, where a task of ours would begin.
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    const auto written = co_await save(id);
    if (!written)
        log::error("session {}: what became of it is not written down: {}", id, written.error().detail);
}

}  // namespace sgauth
