#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The places that this machine has for the vault's key, in the order in which `auto` tries them.

#include "daemon/options.hpp"
#include "src/base/clock.hpp"
#include "src/base/lane.hpp"
#include "src/vault/credential_key.hpp"
#include "src/vault/kernel_keyring.hpp"
#include "src/vault/secret_service.hpp"

#include <filesystem>
#include <vector>

namespace sgauth {

class key_places {
public:
    // Of the store in `folder`, for a daemon with these variables. `disk` and `time` outlive this.
    key_places(
        const std::filesystem::path& folder, const environment& variable, lane& disk, time_source& time
    );

    std::vector<key_holder*> all() { return {&credential_, &secret_service_, &keyring_}; }

private:
    credential_key credential_;
    secret_service secret_service_;
    kernel_keyring keyring_;
};

}  // namespace sgauth
