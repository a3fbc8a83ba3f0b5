// SPDX-License-Identifier: Apache-2.0
#include "src/base/process_start_unix.hpp"
#include "src/policy/process_facts_apart.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <string>
#include <unistd.h>

using namespace sgauth;

namespace {

process_key own_key()
{
    const int folder = ::open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const auto started = read_start_time(folder);
    ::close(folder);
    return {::getpid(), started.value_or(0)};
}

// Looks at processes through `other` for as long as it lives.
struct looking_through {
    explicit looking_through(process_looker other) { look_at_processes_by(std::move(other)); }
    ~looking_through() { look_at_processes_by(nullptr); }
};

}  // namespace

TEST_SUITE("policy.facts_apart")
{
    TEST_CASE("no answer, a cut one and nonsense are a process that is not known")
    {
        const process_key who = own_key();
        const std::string whole = answer_with_facts(question_about(who));
        CHECK_FALSE(facts_in(std::nullopt, who).is_known);
        CHECK(facts_in(std::nullopt, who).why_unknown.ends_with("did not answer"));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const process_facts cut = facts_in(whole.substr(0, size), who);
            CHECK_FALSE(cut.is_known);
            CHECK(cut.inode == 0);
            CHECK(cut.process == who);
        }
        CHECK(answer_with_facts("").empty());
        CHECK(answer_with_facts(question_about(who) + "x").empty());
    }

    TEST_CASE("what the other sees is what would have been seen here")
    {
        for (const process_key who : {own_key(), process_key{::getpid(), 1}, process_key{0, 0}}) {
            const process_facts here = read_process_facts(who);
            CHECK(facts_in(answer_with_facts(question_about(who)), who) == here);
        }
        CHECK(read_process_facts(own_key()).is_known);
    }

    TEST_CASE("once another looks every look goes through it")
    {
        const process_key who = own_key();
        const process_facts before = read_process_facts(who);
        REQUIRE(before.is_known);
        std::string told;
        {
            const looking_through other([&](const std::string& question) {
                told = question;
                return std::optional<std::string>();
            });
            CHECK_FALSE(read_process_facts(who).is_known);
            CHECK(told == question_about(who));
            CHECK_FALSE(is_same_program(before));
        }
        CHECK(is_same_program(before));
        std::string answer = answer_with_facts(question_about(who));
        const looking_through other([&](const std::string&) { return std::optional(answer); });
        CHECK(is_same_program(before));
        process_facts replaced = before;
        ++replaced.inode;
        CHECK_FALSE(is_same_program(replaced));
    }
}
