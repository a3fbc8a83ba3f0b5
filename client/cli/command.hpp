#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// One word of the command line: `sgauth token`. Each stands in a file of its own, with the help that teaches
// it; main.cpp has the list.

#include "client/cli/options.hpp"

#include <cstddef>
#include <string_view>

namespace sgauth::cli {

struct command {
    std::string_view name;
    std::string_view summary;  // one line for the list of commands
    std::string_view help;     // what it does, an example, its exit codes; whole lines
    option_set options;        // those it knows, besides --help
    std::size_t operands = 0;  // how many words it takes at most
    int (*run)(const arguments& given) = nullptr;
    int own_failure = 0;  // not 0: how it ends whatever goes wrong, as the codes are those of what it runs
    enum class after_dashes { more_words, another_command } rest = after_dashes::more_words;

    int code_of(int code) const noexcept { return own_failure ? own_failure : code; }
};

extern const command audit_command;
extern const command call_command;
extern const command default_command;
extern const command exec_command;
extern const command list_command;
extern const command lock_command;
extern const command login_command;
extern const command policy_command;
extern const command revoke_command;
extern const command status_command;
extern const command token_command;
extern const command unlock_command;
extern const command vault_command;
extern const command watch_command;
extern const command whoami_command;
extern const command why_command;

}  // namespace sgauth::cli
