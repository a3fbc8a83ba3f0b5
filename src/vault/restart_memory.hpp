#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What the next daemon gets from this one over a restart, without the disk: the sealed store, and its key
// where that is anybody's of the same user anyway. An interface; the daemon's service manager has one.

#include "src/vault/vault_key.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

class restart_memory {
public:
    struct kept {
        std::string image;  // as keep() got it, or torn: whoever takes it has to see (kept_image.hpp)
        std::optional<vault_key> key;
    };

    virtual ~restart_memory() = default;

    // What the daemon before this one kept; nothing where there was none.
    virtual std::optional<kept> take() = 0;
    // Replaces what was kept. Any process of the same user may read it. Null: without the key.
    virtual void keep(std::string_view image, const vault_key* key) = 0;
    virtual void forget() = 0;
};

}  // namespace sgauth
