// SPDX-License-Identifier: Apache-2.0
#include "src/policy/may_answer.hpp"

#include <string_view>

namespace sgauth {

namespace {

bool is_own_front_end(std::string_view executable)
{
    return executable.substr(executable.rfind('/') + 1) == "sgauth";
}

bool is_same_file(const process_facts& one, const process_facts& other)
{
    return one.device == other.device && one.inode == other.inode;
}

}  // namespace

result<void> may_answer(
    const process_facts& program,
    const std::set<process_key>& askers,
    const caller& who,
    std::optional<boot_time> shown,
    boot_time now
)
{
    if (!shown)
        return fail(errc::denied, "only a front end that watches the questions may answer them");
    if (askers.contains(who.process))
        return fail(errc::denied, "a process does not answer its own question");
    if (!who.facts || !who.facts->is_known)
        return fail(
            errc::denied,
            "it cannot be told which program answers: " +
                (who.facts ? who.facts->why_unknown : "it was not looked at")
        );
    if (is_same_file(program, *who.facts) && !is_own_front_end(program.executable))
        return fail(errc::denied, "a program does not answer its own question");
    if (now - *shown < reading_time)
        return fail(errc::denied, "nobody reads that fast: ask the person again");
    return {};
}

}  // namespace sgauth
