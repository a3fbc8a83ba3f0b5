#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The kernel's keyring of this user (keyrings(7), user-keyring(7)), by libkeyutils. It ends with the boot,
// and any process of the same user can read it.

#include "src/base/clock.hpp"
#include "src/vault/key_holder.hpp"

namespace sgauth {

class kernel_keyring final : public key_holder {
public:
    // `tag` tells this store's keys from those of others; letters and digits. `time` outlives this.
    kernel_keyring(std::string tag, time_source& time);

    key_place place() const noexcept override { return key_place::keyring; }
    awaitable<key_result<void>> probe(prompting) override;
    awaitable<key_result<vault_key>> make(std::string id) override;
    awaitable<key_result<vault_key>> fetch(std::string id, prompting how) override;
    awaitable<key_result<void>> keep_only(key_ids ids) override;
    awaitable<void> changed(std::string id) override;

private:
    key_result<void> join();
    key_result<void> remove_but(const key_ids& ids);
    std::string name(std::string_view id) const;

    std::string tag_;
    time_source& time_;
    bool joined_ = false;
};

}  // namespace sgauth
