#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Programs that run whatever file they are given: that a call comes from one says nothing of what asks.

#include <string_view>

namespace sgauth {

// By the name alone, its version left out: /usr/bin/python3.11, bash, mayapy. Also of a glob, by what stands
// before its first wildcard: /usr/bin/python*.
bool is_interpreter(std::string_view path);

}  // namespace sgauth
