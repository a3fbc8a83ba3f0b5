// SPDX-License-Identifier: Apache-2.0
#include "src/policy/audit_chain.hpp"
#include "src/policy/process_facts.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace sgauth;
namespace event = proto::audit_event;

namespace {

// A ledger of that many entries.
std::vector<std::string> chain_of(int count, std::int64_t first = 1)
{
    std::vector<std::string> lines;
    std::string before(nothing_before);
    for (int i = 0; i < count; ++i) {
        audit_entry e;
        e.number = first + i;
        e.at = 1'790'000'000 + i;
        e.event = event::handed_out;
        lines.push_back(line_of(e, before));
        before = hash_of_line(lines.back());
    }
    return lines;
}

std::string broken_of(
    const std::vector<std::string>& lines, audit_check::beginning from = audit_check::beginning::complete
)
{
    audit_check check(from);
    for (const std::string& line : lines)
        check.take(line);
    return check.broken().value_or("");
}

}  // namespace

TEST_SUITE("policy.audit_chain")
{
    TEST_CASE("the hash is SHA-256 (FIPS 180-2, B.1)")
    {
        CHECK(hash_of_line("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    TEST_CASE("a line that was changed, cut out, doubled or moved shows")
    {
        auto lines = chain_of(5);
        CHECK(broken_of(lines).empty());
        lines[2].replace(lines[2].find("handed_out"), 10, "handed_oug");
        CHECK(broken_of(lines) == "the line before entry 4 is not the one that it was written after");
        lines = chain_of(5);
        lines.erase(lines.begin() + 2);
        CHECK(broken_of(lines) == "the line before entry 4 is not the one that it was written after");
        lines = chain_of(5);
        lines.insert(lines.begin() + 2, lines[2]);
        CHECK_FALSE(broken_of(lines).empty());
        lines = chain_of(5);
        std::swap(lines[1], lines[3]);
        CHECK_FALSE(broken_of(lines).empty());
    }

    TEST_CASE("a beginning that is missing shows, unless rotation took it")
    {
        const auto lines = chain_of(3, 7);
        CHECK(broken_of(lines) == "it begins with entry 7");
        CHECK(broken_of(lines, audit_check::beginning::rotated_away).empty());
    }

    TEST_CASE("a hash that is right does not hide a number that is missing")
    {
        auto lines = chain_of(2);
        audit_entry e;
        e.number = 4;
        e.event = event::login;
        lines.push_back(line_of(e, hash_of_line(lines.back())));
        CHECK(broken_of(lines) == "entry 4 follows entry 2");
    }

    TEST_CASE("a torn line is one that an entry tells of; any other that cannot be read breaks the chain")
    {
        auto lines = chain_of(2);
        lines.push_back(R"({"number":3,"at":17)");
        CHECK(broken_of(lines) == "the last line cannot be read");
        audit_entry e;
        e.number = 3;
        e.event = event::torn;
        lines.push_back(line_of(e, hash_of_line(lines.back())));
        CHECK(broken_of(lines).empty());
        e.event = event::login;
        lines.back() = line_of(e, hash_of_line(lines[2]));
        CHECK(broken_of(lines) == "the line before entry 3 cannot be read");
        lines = {"x", "y"};
        CHECK(broken_of(lines) == "two lines that cannot be read follow each other");
    }

    TEST_CASE("a line is read as it was written; what is none is none")
    {
        audit_entry e;
        e.number = 7;
        e.at = 1;
        e.event = event::refused;
        e.pid = 4711;
        e.reason = "a \"reason\"\nwith a line";
        const std::string line = line_of(e, nothing_before);
        CHECK(line.find('\n') == line.npos);
        const auto read = read_line(line);
        REQUIRE(read);
        CHECK(read->entry == e);
        CHECK(read->before == nothing_before);
        for (const char* bad : {"", "{}", "[]", R"({"number":1,"at":1,"event":"x","count":1})"})
            CHECK_FALSE(read_line(bad));
    }

    TEST_CASE("what a path holds that is no text is escaped, and why a program is not sure is told")
    {
        auto facts = std::make_shared<process_facts>();
        facts->executable = "/opt/a\xff\n\xe2\x80\xae";
        facts->unit = "maya.scope";
        facts->is_known = true;
        caller who{caller_role::owner, 1000, {4711, 1}, facts};
        audit_entry e = entry_about(event::handed_out, who);
        CHECK(e.executable == "/opt/a\\xff\\u{0a}\\u{202e}");
        CHECK(e.unit == "maya.scope");
        CHECK(e.pid == 4711);
        CHECK_FALSE(e.reason);
        who.facts = as_unknown(*facts, "it ended");
        CHECK(entry_about(event::handed_out, who).reason == "the program is not sure: it ended");
        who.facts = nullptr;
        who.process.pid = 0;
        e = entry_about(event::handed_out, who);
        CHECK_FALSE(e.executable);
        CHECK_FALSE(e.pid);
    }
}
