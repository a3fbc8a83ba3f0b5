// SPDX-License-Identifier: Apache-2.0
#include "client/cli/passphrase.hpp"

#include "client/cli/report.hpp"
#include "client/cli/terminal.hpp"
#include "proto/status.hpp"
#include "proto/utf8.hpp"

#include <string>
#include <unistd.h>

namespace sgauth::cli {

namespace {

std::optional<vault_passphrase> refuse(client::call_failure& why, const char* message)
{
    why = failure(proto::status::failed, proto::error_name::failed, message);
    return std::nullopt;
}

std::optional<vault_passphrase> accept(const secret& typed, reading how, client::call_failure& why)
{
    if (how == reading::nothing || (how == reading::line && typed.empty()))
        return refuse(why, "an empty passphrase is none");
    if (how == reading::too_long)
        return refuse(why, "the passphrase is too long");
    if (how == reading::not_hidden)
        return refuse(why, "the terminal would show the passphrase; use --passphrase-stdin");
    if (!proto::is_utf8(typed.reveal()))
        return refuse(why, "the passphrase is not UTF-8");
    return vault_passphrase(typed.reveal());
}

}  // namespace

std::optional<vault_passphrase> read_passphrase(
    const arguments& given, passphrase_kind kind, client::call_failure& why
)
{
    secret typed;
    if (given.has(option::passphrase_stdin))
        return accept(typed, read_line(STDIN_FILENO, typed), why);
    terminal person;
    if (!person.is_open())
        return refuse(why, "there is no terminal to ask on; use --passphrase-stdin");
    end_politely_on_signals();
    auto first = accept(typed, person.ask("Passphrase: ", echo::off, typed), why);
    if (!first || kind == passphrase_kind::known)
        return first;
    const auto second = accept(typed, person.ask("The same again: ", echo::off, typed), why);
    if (!second)
        return std::nullopt;
    if (!equal_constant_time(*first, *second))
        return refuse(why, "the two passphrases differ");
    return first;
}

}  // namespace sgauth::cli
