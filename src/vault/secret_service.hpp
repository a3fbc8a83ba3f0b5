#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The desktop's keyring by the Secret Service (gnome-keyring; KWallet was not tried). libsecret never enters
// the daemon: a helper program (keyring_helper/) fetches or keeps one key and ends.

#include "src/base/clock.hpp"
#include "src/base/helper_process.hpp"
#include "src/vault/key_holder.hpp"
#include "src/vault/retry_pauses.hpp"

#include <string>
#include <vector>

namespace sgauth {

class secret_service final : public key_holder {
public:
    // `helper` is the program's path, `environment` all that it is given: how the session bus is found.
    // `time` outlives this.
    secret_service(
        std::string tag, std::string helper, std::vector<std::string> environment, time_source& time
    );

    key_place place() const noexcept override { return key_place::secret_service; }
    awaitable<key_result<void>> probe(prompting how) override;
    awaitable<key_result<vault_key>> make(std::string id) override;
    awaitable<key_result<vault_key>> fetch(std::string id, prompting how) override;
    awaitable<key_result<void>> keep_only(key_ids ids) override;
    awaitable<void> changed(std::string id) override;

private:
    awaitable<key_result<helper_bytes>> ask(
        const char* verb, key_ids ids, helper_bytes input, std::chrono::steady_clock::duration limit
    );

    std::string tag_;
    std::string helper_;
    std::vector<std::string> environment_;
    time_source& time_;
    retry_pauses pauses_;
};

}  // namespace sgauth
