// SPDX-License-Identifier: Apache-2.0
#include "client/cli/options.hpp"

#include "proto/utf8.hpp"

#include <cstring>
#include <getopt.h>
#include <iterator>

namespace sgauth::cli {

namespace {

// getopt returns these for long options: above every character.
constexpr int first_long = 256;

constexpr int number(option o) noexcept
{
    return first_long + static_cast<int>(o);
}

constexpr ::option table[] = {
    {"help", no_argument, nullptr, number(option::help)},
    {"version", no_argument, nullptr, number(option::version)},
    {"for-user", required_argument, nullptr, number(option::for_user)},
    {"json", no_argument, nullptr, number(option::json)},
    {"user", required_argument, nullptr, number(option::user)},
    {"method", required_argument, nullptr, number(option::method)},
    {"password-stdin", no_argument, nullptr, number(option::password_stdin)},
    {"code-stdin", no_argument, nullptr, number(option::code_stdin)},
    {"default", no_argument, nullptr, number(option::make_default)},
    {"again", no_argument, nullptr, number(option::again)},
    {"script", required_argument, nullptr, number(option::script)},
    {"key-stdin", no_argument, nullptr, number(option::key_stdin)},
    {"bearer", no_argument, nullptr, number(option::bearer)},
    {"header", no_argument, nullptr, number(option::header)},
    {"min-valid", required_argument, nullptr, number(option::min_valid)},
    {"prompt", no_argument, nullptr, number(option::prompt)},
    {"no-prompt", no_argument, nullptr, number(option::no_prompt)},
    {"all", no_argument, nullptr, number(option::all)},
    {"local", no_argument, nullptr, number(option::local)},
    {"env", required_argument, nullptr, number(option::env)},
    {"why", no_argument, nullptr, number(option::why)},
    {"more", no_argument, nullptr, number(option::more)},
    {"form", required_argument, nullptr, number(option::form)},
    {"passphrase", no_argument, nullptr, number(option::passphrase)},
    {"passphrase-stdin", no_argument, nullptr, number(option::passphrase_stdin)},
    {"rekey", no_argument, nullptr, number(option::rekey)},
    {"reset", no_argument, nullptr, number(option::reset)},
    {"since", required_argument, nullptr, number(option::since)},
    {nullptr, 0, nullptr, 0},
};

// An option as the person wrote it, without its value: that may be a secret that does not belong there.
std::string shown(std::string_view word)
{
    return proto::printable(word.substr(0, word.find('=')), 60);
}

bool is_exact(std::string_view word, const ::option& entry) noexcept
{
    const std::size_t size = std::strlen(entry.name);
    return word.size() >= size + 2 && word.substr(2, size) == entry.name &&
           (word.size() == size + 2 || word[size + 2] == '=');
}

std::string take_option(std::string_view word, option which, arguments& out)
{
    const ::option& entry = table[static_cast<std::size_t>(which)];
    if (word.substr(0, 2) == "--" && !is_exact(word, entry))
        return "unknown option " + shown(word);
    const std::string_view value = entry.has_arg == required_argument ? optarg : std::string_view();
    // An empty one is a variable that was not set: taken for "not given", it would stand for the default.
    if (entry.has_arg == required_argument && value.empty())
        return spelling(which) + " needs a value";
    // Sent on it would become other text, and that may be somebody else's name.
    if (!proto::is_utf8(value))
        return spelling(which) + " is not UTF-8";
    out.options.push_back({which, value});
    return {};
}

std::string take_word(std::string_view word, arguments& out)
{
    if (word.empty())
        return "an empty word on the command line";
    if (!proto::is_utf8(word))
        return "a word on the command line is not UTF-8";
    if (out.command.empty())
        out.command = word;
    else
        out.operands.push_back(word);
    return {};
}

// getopt's complaint about an option: of one that it knows in full, that its value is missing or too much.
std::string complaint_about(std::string_view word, const char* of_known)
{
    const bool known = optopt >= first_long && is_exact(word, table[optopt - first_long]);
    return known ? shown(word) + of_known : "unknown option " + shown(word);
}

std::string take(int code, std::string_view word, arguments& out)
{
    switch (code) {
        case 1:
            return take_word(optarg, out);
        case 'h':
            return take_option(word, option::help, out);
        case 'V':
            return take_option(word, option::version, out);
        case ':':
            return complaint_about(word, " needs a value");
        case '?':
            return complaint_about(word, " takes no value");
        default:
            return take_option(word, static_cast<option>(code - first_long), out);
    }
}

}  // namespace

std::string spelling(option o)
{
    return std::string("--") + table[static_cast<std::size_t>(o)].name;
}

bool arguments::has(option o) const noexcept
{
    for (const given& one : options)
        if (one.which == o)
            return true;
    return false;
}

std::optional<std::string> arguments::value(option o) const
{
    for (auto one = options.rbegin(); one != options.rend(); ++one)
        if (one->which == o)
            return std::string(one->value);
    return std::nullopt;
}

std::optional<std::string> arguments::operand(std::size_t at) const
{
    return at < operands.size() ? std::optional<std::string>(operands[at]) : std::nullopt;
}

std::string read_arguments(int argc, char** argv, arguments& out)
{
    out = {};
    std::string wrong;
    opterr = 0;
    optind = 0;  // glibc: begin anew
    int at = 1;
    // The leading dash hands out every word in its place, so that argv[at] is the one that is being read.
    for (int code; (code = ::getopt_long(argc, argv, "-:hV", table, nullptr)) != -1; at = optind) {
        const std::string complaint = take(code, argv[at], out);
        if (wrong.empty())
            wrong = complaint;
    }
    if (optind > 1 && std::string_view(argv[optind - 1]) == "--")
        out.rest = argv + optind;
    return wrong;
}

std::string take_rest(arguments& out)
{
    std::string wrong;
    for (char** word = out.rest; word && *word && wrong.empty(); ++word)
        wrong = take_word(*word, out);
    return wrong;
}

}  // namespace sgauth::cli
