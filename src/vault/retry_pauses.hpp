#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How often a keyring is asked again for a key that it did not give. A wait that ends at once, over and over
// (a helper that cannot be started or crashes, a keyring that calls a key readable and does not give it),
// makes the next one last longer; one that lasted makes it short again. Pure.

#include "src/base/instant.hpp"

#include <algorithm>
#include <chrono>

namespace sgauth {

class retry_pauses {
public:
    // A person who has unlocked the keyring does not notice this one;
    static constexpr std::chrono::seconds shortest{1};
    // nor does a machine the other, a helper's start each minute.
    static constexpr std::chrono::seconds longest{60};

    // How long a wait has to last that was over after `lasted`.
    boot_clock::duration after(boot_clock::duration lasted)
    {
        const boot_clock::duration pause = next_;
        next_ = lasted < pause ? std::min<boot_clock::duration>(pause * 2, longest) : shortest;
        return pause;
    }

private:
    boot_clock::duration next_ = shortest;
};

}  // namespace sgauth
