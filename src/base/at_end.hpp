#pragma once
// SPDX-License-Identifier: Apache-2.0

#include <utility>

namespace sgauth {

// Runs `action`, which does not throw, at the end of its block: also when an exception ends that, or a
// coroutine is destroyed midway.
template <class Action>
class [[nodiscard]] at_end {
public:
    explicit at_end(Action action) : action_(std::move(action)) {}
    ~at_end() { action_(); }
    at_end(const at_end&) = delete;
    at_end& operator=(const at_end&) = delete;

private:
    Action action_;
};

}  // namespace sgauth
