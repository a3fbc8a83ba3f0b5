#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A vault that stores nothing: records live in this process's secret memory and end with it.

#include "src/vault/vault.hpp"

#include <map>

namespace sgauth {

class memory_vault final : public vault {
public:
    awaitable<result<void>> put(std::string id, vault_record record) override;
    awaitable<result<void>> erase(std::string id) override;
    awaitable<result<std::vector<stored_record>>> load() override;
    std::string describe() const override;

private:
    std::map<std::string, vault_record> records_;
};

}  // namespace sgauth
