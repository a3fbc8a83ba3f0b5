#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The key that the service manager brings: the credential `sgauth.vault-key` (systemd.exec(5), CREDENTIALS),
// 32 bytes or more that are as good as random. One key, which a change of the unit alone can replace.

#include "src/base/clock.hpp"
#include "src/base/lane.hpp"
#include "src/vault/key_holder.hpp"

#include <filesystem>

namespace sgauth {

class credential_key final : public key_holder {
public:
    static constexpr const char* file_name = "sgauth.vault-key";

    // `folder` is $CREDENTIALS_DIRECTORY; empty where there is none. All outlive this.
    credential_key(std::filesystem::path folder, lane& disk, time_source& time);

    key_place place() const noexcept override { return key_place::credential; }
    awaitable<key_result<void>> probe(prompting) override;
    awaitable<key_result<vault_key>> make(std::string id) override;
    awaitable<key_result<vault_key>> fetch(std::string id, prompting how) override;
    awaitable<key_result<void>> keep_only(key_ids ids) override;
    awaitable<void> changed(std::string id) override;

private:
    std::filesystem::path file_;
    lane& disk_;
    time_source& time_;
};

}  // namespace sgauth
