// SPDX-License-Identifier: Apache-2.0
#include "client/cli/options.hpp"

#include <doctest/doctest.h>

#include <deque>

namespace sgauth::cli {

namespace {

// Owns what arguments looks at.
struct line {
    explicit line(std::initializer_list<const char*> text) : words(text.begin(), text.end())
    {
        pointers.push_back(program);
        for (std::string& word : words)
            pointers.push_back(word.data());
        wrong = [this] {
            const int count = static_cast<int>(pointers.size());
            pointers.push_back(nullptr);
            return read_arguments(count, pointers.data(), given);
        }();
    }

    char program[7] = "sgauth";
    std::deque<std::string> words;
    std::vector<char*> pointers;
    arguments given;
    std::string wrong;
};

}  // namespace

TEST_CASE("an option that nobody knows is named, without its value")
{
    CHECK(line{"token", "--nope"}.wrong == "unknown option --nope");
    CHECK(line{"token", "--nope=secret"}.wrong == "unknown option --nope");
    CHECK(line{"token", "-x"}.wrong == "unknown option -x");
    CHECK(line{"token", "--bad\x1b[31m"}.wrong == "unknown option --bad\\u{1b}[31m");
}

TEST_CASE("an abbreviation is no option")
{
    CHECK(line{"token", "--js"}.wrong == "unknown option --js");
    CHECK(line{"token", "--use=jane"}.wrong == "unknown option --use");
    CHECK(line{"token", "--use"}.wrong == "unknown option --use");
    CHECK(line{"login", "--password=hunter2"}.wrong == "unknown option --password");
    CHECK(line{"token", "--prom"}.wrong == "unknown option --prom");
}

TEST_CASE("a value that is missing, empty or too much is said")
{
    CHECK(line{"token", "--user"}.wrong == "--user needs a value");
    CHECK(line{"token", "--user="}.wrong == "--user needs a value");
    CHECK(line{"token", "--user", ""}.wrong == "--user needs a value");
    CHECK(line{"token", "--json=1"}.wrong == "--json takes no value");
    CHECK(line{"token", ""}.wrong == "an empty word on the command line");
}

TEST_CASE("the first complaint is kept, and the command is found behind it")
{
    const line l{"--nope", "token", "--user"};
    CHECK(l.wrong == "unknown option --nope");
    CHECK(l.given.command == "token");
}

TEST_CASE("options stand anywhere")
{
    const line l{"--for-user", "jdoe", "revoke", "https://x.test", "--all", "--user=jane"};
    CHECK(l.wrong.empty());
    CHECK(l.given.command == "revoke");
    CHECK(l.given.operand(0) == "https://x.test");
    CHECK_FALSE(l.given.operand(1));
    CHECK(l.given.value(option::for_user) == "jdoe");
    CHECK(l.given.value(option::user) == "jane");
    CHECK(l.given.has(option::all));
    CHECK_FALSE(l.given.has(option::local));
    CHECK(l.given.rest == nullptr);
}

TEST_CASE("of a value that is given twice the last counts")
{
    CHECK(line{"token", "--user", "a", "--user", "b"}.given.value(option::user) == "b");
}

TEST_CASE("a value may look like an option")
{
    const line l{"token", "--user", "--json"};
    CHECK(l.given.value(option::user) == "--json");
    CHECK_FALSE(l.given.has(option::json));
}

TEST_CASE("two dashes end the options")
{
    const line l{"exec", "--env", "A=session_token", "--", "cmd", "--json", "--"};
    CHECK(l.wrong.empty());
    CHECK_FALSE(l.given.has(option::json));
    REQUIRE(l.given.rest != nullptr);
    CHECK(std::string(l.given.rest[0]) == "cmd");
    CHECK(std::string(l.given.rest[1]) == "--json");
    CHECK(std::string(l.given.rest[2]) == "--");
    CHECK(l.given.rest[3] == nullptr);
    CHECK(l.given.operands.empty());
}

TEST_CASE("a dash alone is a word")
{
    const line l{"call", "Answer", "-"};
    CHECK(l.wrong.empty());
    CHECK(l.given.operand(1) == "-");
}

TEST_CASE("every option has its spelling")
{
    for (const char* word :
         {"--help",
          "--version",
          "--json",
          "--password-stdin",
          "--code-stdin",
          "--default",
          "--again",
          "--key-stdin",
          "--bearer",
          "--header",
          "--prompt",
          "--no-prompt",
          "--all",
          "--local",
          "--why",
          "--more",
          "-h",
          "-V"}) {
        CAPTURE(word);
        const line l{"token", word};
        CHECK(l.wrong.empty());
        REQUIRE(l.given.options.size() == 1);
        if (word[1] == '-')
            CHECK(spelling(l.given.options[0].which) == word);
    }
    for (const char* word : {"--for-user", "--user", "--method", "--script", "--min-valid", "--env"}) {
        CAPTURE(word);
        const line l{"token", word, "v"};
        CHECK(l.wrong.empty());
        REQUIRE(l.given.options.size() == 1);
        CHECK(spelling(l.given.options[0].which) == word);
        CHECK(l.given.value(l.given.options[0].which) == "v");
    }
}

}  // namespace sgauth::cli
