#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A place for the vault's keys that fails when it is told to, and notes in `journal` what it is asked.

#include "src/base/notifier.hpp"
#include "src/vault/key_holder.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sgauth::test {

class fake_key_holder final : public key_holder {
public:
    fake_key_holder(
        key_place place, std::vector<std::string>& journal, const boost::asio::any_io_executor& executor
    )
        : place_(place), journal_(journal), news_(executor)
    {
    }

    std::map<std::string, vault_key> keys;
    std::optional<key_fault> trouble;         // of all that it is asked
    std::optional<key_fault> make_trouble;    // of a new key alone
    std::optional<key_fault> dialog_trouble;  // of the dialog before there is a store
    std::optional<key_fault> drop_trouble;    // of keep_only alone
    std::function<void()> on_drop = [] {};    // called before keys are dropped
    int asked_person = 0;

    void says_changed() { news_.notify(); }

    key_place place() const noexcept override { return place_; }
    awaitable<key_result<void>> probe(prompting how) override
    {
        journal_.push_back("probe " + name());
        asked_person += how == prompting::allowed ? 1 : 0;
        if (how == prompting::allowed && dialog_trouble)
            co_return std::unexpected(*dialog_trouble);
        if (how == prompting::allowed && trouble && trouble->what == key_trouble::locked)
            trouble.reset();  // somebody typed the password
        co_return trouble ? key_result<void>(std::unexpected(*trouble)) : key_result<void>();
    }
    awaitable<key_result<vault_key>> make(std::string id) override
    {
        journal_.push_back("make " + name());
        if (trouble || make_trouble)
            co_return std::unexpected(trouble ? *trouble : *make_trouble);
        auto [at, is_new] = keys.try_emplace(std::move(id));
        if (is_new)
            at->second = random_key();
        co_return at->second.clone();
    }
    awaitable<key_result<vault_key>> fetch(std::string id, prompting how) override
    {
        asked_person += how == prompting::allowed ? 1 : 0;
        if (how == prompting::allowed && trouble && trouble->what == key_trouble::locked)
            trouble.reset();  // somebody typed the password
        if (trouble)
            co_return std::unexpected(*trouble);
        const auto at = keys.find(id);
        if (at == keys.end())
            co_return std::unexpected(key_fault{key_trouble::gone, "the place has no such key"});
        co_return at->second.clone();
    }
    awaitable<key_result<void>> keep_only(key_ids ids) override
    {
        on_drop();
        journal_.push_back((ids.empty() ? "drop all of " : "drop older of ") + name());
        if (trouble || drop_trouble)
            co_return std::unexpected(trouble ? *trouble : *drop_trouble);
        if (can_replace_keys(place_))
            std::erase_if(keys, [&](const auto& one) { return !ids.contains(one.first); });
        co_return key_result<void>();
    }
    awaitable<void> changed(std::string) override { co_await news_.wait(); }

private:
    std::string name() const { return std::string(word_for(place_)); }

    key_place place_;
    std::vector<std::string>& journal_;
    notifier news_;
};

}  // namespace sgauth::test
