// SPDX-License-Identifier: Apache-2.0
#include "src/settings/interpreters.hpp"
#include "tests/unit/settings_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sgauth;
using testing::settings_files;
using strings = std::vector<std::string>;

namespace {

strings problems_of(const std::string& rule)
{
    settings_files files;
    files.user("[[policy.rule]]\n" + rule);
    const loaded all = files.load();
    CHECK(all.values.rules.size() == (all.problems.empty() ? 1 : 0));
    return all.problems;
}

const std::string at = "/home/x/config.toml:";

}  // namespace

TEST_SUITE("settings.rules: what is wrong")
{
    TEST_CASE("unknown fields and bad values are named by file, line and key, and the rule does not count")
    {
        CHECK(
            problems_of("action = \"deny\"\nexecutible = \"/x\"\n") ==
            strings{at + "3: policy.rule.executible: unknown key; did you mean executable"}
        );
        CHECK(
            problems_of("action = \"refuse\"\n") ==
            strings{at + "2: policy.rule.action: \"refuse\" is not one of allow, deny, confirm"}
        );
        CHECK(
            problems_of("unit = \"x\"\n") ==
            strings{at + "1: policy.rule: has no action: allow, deny or confirm"}
        );
        CHECK(
            problems_of("action = \"deny\"\nexecutable = \"maya\"\n") ==
            strings{at + "3: policy.rule.executable: \"maya\" is not an absolute path"}
        );
        CHECK(
            problems_of("action = \"deny\"\ncgroup = \"user.slice\"\n") ==
            strings{at + "3: policy.rule.cgroup: \"user.slice\" is not an absolute path"}
        );
        CHECK(
            problems_of("action = \"deny\"\nforeign_namespace = \"yes\"\n") ==
            strings{at + "3: policy.rule.foreign_namespace: has to be true or false, and is a string"}
        );
        CHECK(
            problems_of("action = \"deny\"\nsite = \"ftp://x\"\nform = \"cookie\"\n") ==
            strings{
                at + "3: policy.rule.site: \"ftp://x\" is not the address of a site: no host",
                at + "4: policy.rule.form: \"cookie\" is not one of session_token, script_key, bearer"
            }
        );
        CHECK(
            problems_of("action = \"deny\"\nreason = \"a\\u001b[31m\"\n") ==
            strings{at + "3: policy.rule.reason: holds a control character"}
        );
        CHECK(
            problems_of("action = \"deny\"\nuser = 3\n") ==
            strings{at + "3: policy.rule.user: has to be a string, and is a number"}
        );
    }

    TEST_CASE("a field that was left empty is not taken for one that fits everything")
    {
        for (const std::string key : {"unit", "cgroup", "executable", "user", "reason"}) {
            CAPTURE(key);
            CHECK(
                problems_of("action = \"allow\"\n" + key + " = \"\"\n") ==
                strings{at + "3: policy.rule." + key + ": is empty: leave it out"}
            );
        }
    }

    TEST_CASE("an interpreter is not trusted by its name alone, nor by a link's or a pattern's")
    {
        const std::string why =
            "3: policy.rule.executable: is an interpreter, which runs whatever it is given: name a unit or "
            "cgroup too, and not by wildcards alone, or deny instead";
        for (const std::string program :
             {"/usr/bin/python3",
              "/usr/bin/python3.11",
              "/opt/maya/bin/mayapy",
              "/bin/sh",
              "/bin/bash",
              "/bin/dash",
              "/bin/zsh",
              "/usr/bin/node",
              "/usr/bin/perl5.36.0",
              "/usr/bin/ruby",
              "/usr/lib/jvm/bin/java",
              "/usr/bin/env",
              "/usr/bin/python*",
              "/lib64/ld-linux-x86-64.so.2",
              "/links/to/python"}) {
            CAPTURE(program);
            CHECK(problems_of("action = \"allow\"\nexecutable = \"" + program + "\"\n") == strings{at + why});
            CHECK(problems_of("action = \"deny\"\nexecutable = \"" + program + "\"\n").empty());
            const std::string named = "action = \"allow\"\nexecutable = \"" + program + "\"\n";
            CHECK(problems_of(named + "unit = \"farm.service\"\n").empty());
            CHECK(problems_of(named + "cgroup = \"/farm/**\"\n").empty());
            CHECK(problems_of(named + "unit = \"*\"\ncgroup = \"/farm/**\"\n").empty());
            for (const std::string unit :
                 {"*", "**", "?*", "*.scope", "*.service", "*-*.scope", "*@*.service"})
                CHECK(problems_of(named + "unit = \"" + unit + "\"\n") == strings{at + why});
            for (const std::string cgroup : {"/**", "/*", "/*/**", "/", "/*.slice/**", "/**/*.scope"})
                CHECK(problems_of(named + "cgroup = \"" + cgroup + "\"\n") == strings{at + why});
        }
        CHECK(problems_of("action = \"allow\"\nexecutable = \"/opt/nuke/Nuke15.1\"\n").empty());
        CHECK(problems_of("action = \"allow\"\nexecutable = \"/usr/bin/pythonic\"\n").empty());
    }
}

TEST_SUITE("settings.rules: what is right")
{
    TEST_CASE("every field is read, and where the rule stands")
    {
        settings_files files;
        files.user(
            "\n[[policy.rule]]\naction = \"deny\"\nunit = \"app-\\\\x2d*.scope\"\ncgroup = "
            "\"/user.slice/**\"\n"
            "executable = \"/opt/tool\"\nforeign_namespace = false\nsite = \"https://X\"\nuser = \"Jane\"\n"
            "form = \"script_key\"\nreason = \"ask the desk\"\n"
        );
        const loaded all = files.load();
        CHECK(all.problems.empty());
        REQUIRE(all.values.rules.size() == 1);
        policy_rule want;
        want.action = rule_action::deny;
        want.unit = "app-\\x2d*.scope";
        want.cgroup = "/user.slice/**";
        want.executable = "/opt/tool";
        want.foreign_namespace = false;
        want.site = "https://x";
        want.user = "Jane";
        want.form = "script_key";
        want.reason = "ask the desk";
        want.source = at + "2";
        CHECK(all.values.rules[0] == want);
        CHECK(
            all.sources.back() ==
            provenance{
                "policy.rule",
                "deny unit=app-\\x2d*.scope cgroup=/user.slice/** executable=/opt/tool "
                "foreign_namespace=false site=https://x user=Jane form=script_key",
                at + "2"
            }
        );
    }

    TEST_CASE("a person may be asked, also of an interpreter")
    {
        settings_files files;
        files.user("[[policy.rule]]\naction = \"confirm\"\nexecutable = \"/usr/bin/bash\"\n");
        const loaded all = files.load();
        CHECK(all.problems.empty());
        CHECK(all.values.rules.at(0).action == rule_action::confirm);
        CHECK(all.sources.back().value == "confirm executable=/usr/bin/bash");
    }

    TEST_CASE("a link is followed once, when it is read")
    {
        settings_files files;
        files.user("[[policy.rule]]\naction = \"allow\"\nexecutable = \"/links/to/maya.bin\"\n");
        CHECK(files.load().values.rules.at(0).leads_to == "/real/maya.bin");
        files.user("[[policy.rule]]\naction = \"allow\"\nexecutable = \"/links/to/maya*\"\n");
        CHECK(files.load().values.rules.at(0).leads_to == "");
    }

    TEST_CASE("the enforced rules come first, then the user's, then the system's, each as they stand")
    {
        settings_files files;
        const std::string rule = "[[policy.rule]]\naction = \"deny\"\n";
        files.system(rule + rule);
        files.user(rule);
        files.enforced(rule + rule);
        strings order;
        for (const policy_rule& r : files.load().values.rules)
            order.push_back(r.source);
        CHECK(
            order ==
            strings{
                "/etc/x/enforced.toml:1",
                "/etc/x/enforced.toml:3",
                "/home/x/config.toml:1",
                "/etc/x/config.toml:1",
                "/etc/x/config.toml:3"
            }
        );
    }

    TEST_CASE("a good rule beside a bad one is there, but the problem is what counts")
    {
        settings_files files;
        files.user("[[policy.rule]]\naction = \"deny\"\n[[policy.rule]]\naction = 1\n");
        CHECK(files.load().values.rules.size() == 1);
        CHECK(files.load().problems.size() == 1);
    }
}
