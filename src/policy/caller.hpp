#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The asking process as the kernel knows it. Made by ipc/peer; never from anything that a client says.

#include "src/base/process_key.hpp"

#include <memory>
#include <sys/types.h>

namespace sgauth {

struct process_facts;

// owner: the daemon's own user. administrator: root, who may revoke, list and look, nothing else (DESIGN.md
// 3).
enum class caller_role { owner, administrator };

struct caller {
    caller_role role = caller_role::owner;
    uid_t uid = 0;
    process_key process;
    // What is known of its program. Null where nobody wanted to know (agent::judges_programs()).
    std::shared_ptr<const process_facts> facts = nullptr;
};

}  // namespace sgauth
