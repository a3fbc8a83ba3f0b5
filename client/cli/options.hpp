#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The command line, read by getopt_long: options stand anywhere, `--` ends them, spellings are exact (an
// abbreviation would change its meaning with the next option we add). What a command does with them is in its
// own file.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth::cli {

enum class option : unsigned char {
    help,
    version,
    for_user,
    json,
    user,
    method,
    password_stdin,
    code_stdin,
    make_default,
    again,
    script,
    key_stdin,
    bearer,
    header,
    min_valid,
    prompt,
    no_prompt,
    all,
    local,
    env,
    why,
    more,
    form,
    passphrase,
    passphrase_stdin,
    rekey,
    reset,
    since,
};

// Which options a command knows.
class option_set {
public:
    constexpr option_set(std::initializer_list<option> options) noexcept
    {
        for (const option o : options)
            bits_ |= bit(o);
    }
    constexpr bool has(option o) const noexcept { return (bits_ & bit(o)) != 0; }
    constexpr void add(option o) noexcept { bits_ |= bit(o); }

private:
    static constexpr std::uint32_t bit(option o) noexcept
    {
        return std::uint32_t{1} << static_cast<unsigned>(o);
    }
    std::uint32_t bits_ = 0;
};

// What stood on the command line. Views into argv.
struct arguments {
    struct given {
        option which;
        std::string_view value;
    };

    std::string_view command;                // the first word that is no option; empty if there is none
    std::vector<std::string_view> operands;  // the words after it, before `--`
    char** rest = nullptr;       // what follows `--`, ended by a null pointer; null where there is no `--`
    std::vector<given> options;  // in the order given

    bool has(option o) const noexcept;
    // The value given last.
    std::optional<std::string> value(option o) const;
    // The operand at that place, if given.
    std::optional<std::string> operand(std::size_t at) const;
};

// Reads them. Returns what is wrong, lower case, no full stop, without any option's value; empty when all is
// well. `out` holds what could be read even then, so that the complaint can name the command.
[[nodiscard]] std::string read_arguments(int argc, char** argv, arguments& out);

// Takes what follows `--` for words like those before. Returns what is wrong, as read_arguments does.
[[nodiscard]] std::string take_rest(arguments& out);

// The spelling, `--user`.
std::string spelling(option o);

}  // namespace sgauth::cli
