#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The vault's restart_memory: a memory file that the service manager keeps while the daemon restarts. Without
// a service manager nothing is kept.

#include "daemon/service_manager.hpp"
#include "src/base/unique_fd.hpp"
#include "src/vault/restart_memory.hpp"

namespace sgauth {

class kept_store final : public restart_memory {
public:
    // Takes what `systemd` kept, and has it keep a new file where there is none. It outlives this.
    explicit kept_store(const service_manager& systemd);

    std::optional<kept> take() override;
    void keep(std::string_view image, const vault_key* key) override;
    void forget() override;

private:
    bool make_file();

    const service_manager& systemd_;
    unique_fd file_;
};

}  // namespace sgauth
