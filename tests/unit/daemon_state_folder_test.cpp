// SPDX-License-Identifier: Apache-2.0
#include "daemon/state_folder.hpp"
#include "tests/support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace sgauth;

namespace {

std::string folder(const std::map<std::string, std::string>& all, const std::string& home)
{
    const environment variable = [&all](const char* name) {
        const auto found = all.find(name);
        return found == all.end() ? nullptr : found->second.c_str();
    };
    return state_folder(variable, home, "0123").string();
}

}  // namespace

TEST_SUITE("daemon.state_folder")
{
    TEST_CASE("one daemon has the folder at a time; on a local disk nothing is wrong with it")
    {
        const test::temp_dir own;
        std::filesystem::create_directory(own / "local");
        auto first = hold_state_folder(own / "local");
        REQUIRE(first);
        CHECK(first->lock);
        CHECK(first->problems.empty());
        const auto second = hold_state_folder(own / "local");
        REQUIRE_FALSE(second);
        CHECK(second.error().detail.find("another sgauthd of yours") != std::string::npos);
        first->lock = unique_fd();
        CHECK(hold_state_folder(own / "local")->lock);
        CHECK_FALSE(hold_state_folder(own / "none")->lock);
    }

    TEST_CASE("without an absolute path there is none")
    {
        CHECK(folder({}, "").empty());
        CHECK(folder({{"XDG_STATE_HOME", "state"}, {"HOME", "home/jane"}}, "jane").empty());
        CHECK(folder({{"XDG_STATE_HOME", ""}, {"HOME", ""}}, "").empty());
    }

    TEST_CASE("the variable, then HOME, then the password database")
    {
        CHECK(folder({{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}}, "/p") == "/s/sgauth/0123");
        CHECK(folder({{"XDG_STATE_HOME", "s"}, {"HOME", "/h"}}, "/p") == "/h/.local/state/sgauth/0123");
        CHECK(folder({}, "/p") == "/p/.local/state/sgauth/0123");
    }
}
