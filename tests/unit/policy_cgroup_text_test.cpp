// SPDX-License-Identifier: Apache-2.0
#include "src/base/process_start_unix.hpp"
#include "src/policy/cgroup_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sgauth;

TEST_SUITE("policy.cgroup_text")
{
    TEST_CASE("what has no line of systemd's has no cgroup")
    {
        CHECK(cgroup_in("") == "");
        CHECK(cgroup_in("\n\n") == "");
        CHECK(cgroup_in("0:/no") == "");
        CHECK(cgroup_in("4:memory:/user.slice\n") == "");
        CHECK(cgroup_in("10::/not-the-unified-one\n") == "");
        CHECK(cgroup_in("1:name=other:/x\n") == "");
    }

    TEST_CASE("the unified hierarchy's, or systemd's own on a hybrid system")
    {
        CHECK(cgroup_in("0::/user.slice/a.service\n") == "/user.slice/a.service");
        CHECK(cgroup_in("0::/with:colons\n") == "/with:colons");
        CHECK(cgroup_in("0::/unended") == "/unended");
        CHECK(cgroup_in("12:pids:/x\n1:name=systemd:/user.slice/b.scope\n0::/\n") == "/user.slice/b.scope");
        CHECK(cgroup_in("0::/\n1:name=systemd:/b.scope\n") == "/b.scope");
        CHECK(cgroup_in("1:name=systemd:/\n0::/user.slice/c.scope\n") == "/user.slice/c.scope");
        CHECK(cgroup_in("1:name=systemd:/d.scope\n") == "/d.scope");
        CHECK(cgroup_in("0::/\n") == "/");
    }

    TEST_CASE("a cgroup without a service or scope is no unit's")
    {
        CHECK(unit_in("") == "");
        CHECK(unit_in("/") == "");
        CHECK(unit_in("/user.slice/user-1000.slice") == "");
        CHECK(unit_in("/.service/.scope") == "");
        CHECK(unit_in("/a.serviceable") == "");
    }

    TEST_CASE("the innermost unit is it, also inside the user's manager and below a group of its own")
    {
        CHECK(unit_in("/system.slice/cron.service") == "cron.service");
        const std::string manager = "/user.slice/user-1000.slice/user@1000.service";
        CHECK(unit_in(manager) == "user@1000.service");
        CHECK(unit_in(manager + "/app.slice/app-maya\\x2d2026-4711.scope") == "app-maya\\x2d2026-4711.scope");
        CHECK(unit_in(manager + "/app.slice/farm.service/payload/deeper") == "farm.service");
    }

    TEST_CASE("the start time is counted from behind the name, which may hold anything")
    {
        const std::string rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 99 100\n";
        CHECK(start_time_in("7 (sh)" + rest) == 4242u);
        CHECK(start_time_in("7 (a) S 1 2) b" + std::string(")") + rest) == 4242u);
        CHECK_FALSE(start_time_in(""));
        CHECK_FALSE(start_time_in("7 (sh) S 1 2 3"));
        CHECK_FALSE(start_time_in("no name at all"));
    }
}
