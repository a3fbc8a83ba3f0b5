// SPDX-License-Identifier: Apache-2.0
#include "src/vault/memory_vault.hpp"

#include <utility>

namespace sgauth {

boost::asio::awaitable<result<void>> memory_vault::put(std::string id, vault_record record)
{
    records_[std::move(id)] = std::move(record);
    co_return result<void>();
}

boost::asio::awaitable<result<void>> memory_vault::erase(std::string id)
{
    records_.erase(id);
    co_return result<void>();
}

boost::asio::awaitable<result<std::vector<stored_record>>> memory_vault::load()
{
    std::vector<stored_record> all;
    for (const auto& [id, record] : records_)
        all.push_back({id, record.clone()});
    co_return all;
}

std::string memory_vault::describe() const
{
    return "nothing is stored: sessions live in the daemon's memory and end with it";
}

}  // namespace sgauth
