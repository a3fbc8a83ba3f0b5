#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Randomness from the kernel.

#include <cstddef>
#include <string>

namespace sgauth {

// `bytes` random bytes as lower-case hexadecimal: 16 make an id that nobody guesses. Throws std::system_error
// if the kernel has none, which ends the operation that asked.
std::string random_hex(std::size_t bytes);

// Evenly distributed over [-0.1, 0.1]: what timers of many machines are moved by, so that they do not beat
// together.
double random_jitter();

}  // namespace sgauth
