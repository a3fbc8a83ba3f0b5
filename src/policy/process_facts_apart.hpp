#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// process_facts, read by another process: where files are fenced (daemon/fence.hpp) the daemon itself may not
// see which program a process runs. The question and the answer go between two copies of one program.

#include "src/policy/process_facts.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

// What the process that asks says, and what the one that looks makes of it: read_process_facts there.
std::string question_about(const process_key& who);
std::string answer_with_facts(std::string_view question);

// The facts that an answer holds; unknown, with the reason, where there is none or it is no answer.
process_facts facts_in(const std::optional<std::string>& answer, const process_key& who);

// From here on every look at a process goes through this: called once, at start, before the first. In a
// process that is not fenced nobody calls it, and each looks for itself.
using process_looker = std::function<std::optional<std::string>(const std::string& question)>;
void look_at_processes_by(process_looker other);

}  // namespace sgauth
