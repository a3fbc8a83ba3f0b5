// SPDX-License-Identifier: Apache-2.0
#include "src/settings/interpreters.hpp"

#include <algorithm>

namespace sgauth {

namespace {

constexpr std::string_view names[] = {
    // languages; the hosts' own Pythons too
    "python",
    "pythonw",
    "pypy",
    "mayapy",
    "hython",
    "perl",
    "ruby",
    "java",
    "node",
    "nodejs",
    "deno",
    "bun",
    "php",
    "lua",
    "luajit",
    "tclsh",
    "wish",
    "guile",
    "gawk",
    "mawk",
    "awk",
    "mono",
    "dotnet",
    // shells
    "sh",
    "bash",
    "rbash",
    "dash",
    "ash",
    "zsh",
    "ksh",
    "mksh",
    "fish",
    "csh",
    "tcsh",
    "busybox",
    // what starts, loads or steers any program
    "env",
    "ld",
    "gdb",
};

}  // namespace

bool is_interpreter(std::string_view path)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::string_view stem = name.substr(0, name.find_first_of("0123456789.-_*?"));
    return std::ranges::find(names, stem) != std::end(names);
}

}  // namespace sgauth
