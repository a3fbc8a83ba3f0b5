// SPDX-License-Identifier: Apache-2.0
#include "src/policy/process_facts_apart.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace sgauth {

namespace {

// What has a fixed size; the texts follow, each ended by a NUL, which none of them can hold.
struct fixed_part {
    dev_t device;
    ino_t inode;
    std::int64_t changed_ns;
    bool foreign_mounts;
    bool foreign_users;
    bool is_known;
};
static_assert(std::is_trivially_copyable_v<fixed_part> && std::is_trivially_copyable_v<process_key>);

std::array<std::string process_facts::*, 4> texts()
{
    return {
        &process_facts::executable, &process_facts::unit, &process_facts::cgroup, &process_facts::why_unknown
    };
}

process_facts unseen(const process_key& who)
{
    process_facts facts;
    facts.process = who;
    facts.why_unknown = "the daemon's process that looks at others did not answer";
    return facts;
}

}  // namespace

std::string question_about(const process_key& who)
{
    std::string bytes(sizeof who, '\0');
    std::memcpy(bytes.data(), &who, sizeof who);
    return bytes;
}

std::string answer_with_facts(std::string_view question)
{
    process_key who;
    if (question.size() != sizeof who)
        return {};
    std::memcpy(&who, question.data(), sizeof who);
    const process_facts facts = read_process_facts(who);
    fixed_part fixed{};
    fixed.device = facts.device;
    fixed.inode = facts.inode;
    fixed.changed_ns = facts.changed.count();
    fixed.foreign_mounts = facts.foreign_mounts;
    fixed.foreign_users = facts.foreign_users;
    fixed.is_known = facts.is_known;
    std::string bytes(sizeof fixed, '\0');
    std::memcpy(bytes.data(), &fixed, sizeof fixed);
    for (const auto text : texts())
        bytes.append(facts.*text).push_back('\0');
    return bytes;
}

process_facts facts_in(const std::optional<std::string>& answer, const process_key& who)
{
    fixed_part fixed{};
    if (!answer || answer->size() < sizeof fixed)
        return unseen(who);
    std::memcpy(&fixed, answer->data(), sizeof fixed);
    std::string_view rest = std::string_view(*answer).substr(sizeof fixed);
    process_facts facts;
    for (const auto text : texts()) {
        const std::size_t end = rest.find('\0');
        if (end == std::string_view::npos)
            return unseen(who);
        facts.*text = rest.substr(0, end);
        rest.remove_prefix(end + 1);
    }
    facts.process = who;
    facts.device = fixed.device;
    facts.inode = fixed.inode;
    facts.changed = std::chrono::nanoseconds(fixed.changed_ns);
    facts.foreign_mounts = fixed.foreign_mounts;
    facts.foreign_users = fixed.foreign_users;
    facts.is_known = fixed.is_known;
    return facts;
}

}  // namespace sgauth
