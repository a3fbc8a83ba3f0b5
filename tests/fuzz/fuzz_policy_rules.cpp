// SPDX-License-Identifier: Apache-2.0
//
// A settings file with rules in it, and the decision by what was read. What a rule names is never empty, what
// is complained of says where, and a process that cannot be told is never better off than any other.

#include "src/policy/decide.hpp"
#include "src/settings/settings_loader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sgauth;

void require(bool good)
{
    if (!good)
        std::abort();
}

loaded read(std::string_view text)
{
    settings_places places;
    places.chosen = "/f";
    const auto file = [text](const std::string& path) {
        settings_file given;
        if (path == "/f")
            given = {settings_file::outcome::read, std::string(text), "", 0, 0600};
        return given;
    };
    const auto site = [](std::string_view typed) -> std::expected<std::string, std::string> {
        return typed.empty() ? std::unexpected("no host") : std::expected<std::string, std::string>(typed);
    };
    return load_settings(places, 0, file, {site, [](std::string_view) { return std::string(); }});
}

process_facts some_program(bool is_known)
{
    process_facts facts;
    facts.executable = "/opt/maya2026/bin/maya.bin";
    facts.unit = "app-maya.scope";
    facts.cgroup = "/user.slice/app-maya.scope";
    facts.is_known = is_known;
    facts.why_unknown = is_known ? "" : "gone";
    return facts;
}

bool is_tame(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const loaded all = read({reinterpret_cast<const char*>(data), size});
    for (const std::string& problem : all.problems)
        require(problem.starts_with("/f:") && is_tame(problem));
    for (const policy_rule& rule : all.values.rules) {
        require(rule.source.starts_with("/f:"));
        require(rule.executable.empty() || rule.executable.front() == '/');
        require(rule.cgroup.empty() || rule.cgroup.front() == '/');
    }
    const wanted_credential wanted{"https://x", {"jane"}, "session_token"};
    const verdict known = decide(some_program(true), wanted, all.values.rules);
    const verdict unknown = decide(some_program(false), wanted, all.values.rules);
    require(!known.why.empty() && is_tame(known.why) && is_tame(unknown.why));
    require(known.rule || known.allows());
    if (unknown.rule && unknown.rule->names_program())
        require(!unknown.allows());
    return 0;
}
