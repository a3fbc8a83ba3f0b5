#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// How the process uses its memory. wipe_on_free.cpp stands beside it: that part works by being linked.

namespace sgauth {

// One heap for all threads, small thread stacks, no growing thresholds: what is free can go back to the
// system. Has OpenSSL wipe what it frees: false if it has allocated already. Called first of all in main.
[[nodiscard]] bool arrange_memory();

// Gives free memory back to the system, after a burst.
void give_memory_back() noexcept;

}  // namespace sgauth
