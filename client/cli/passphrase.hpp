#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Passphrases, typed unseen on the terminal or given by standard input's first line.

#include "client/cli/options.hpp"
#include "client/lib/failure.hpp"
#include "proto/secret.hpp"

#include <optional>

namespace sgauth::cli {

// What it is for, as the terminal asks for it.
enum class passphrase_kind { known, to_be_chosen };

// From standard input if --passphrase-stdin was given, else from the terminal, where one that is to be chosen
// is asked for twice. Nothing: `why` says what is wrong.
std::optional<vault_passphrase> read_passphrase(
    const arguments& given, passphrase_kind kind, client::call_failure& why
);

}  // namespace sgauth::cli
