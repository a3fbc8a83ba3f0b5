// SPDX-License-Identifier: Apache-2.0
#include "src/policy/authorise.hpp"
#include "src/policy/glob.hpp"
#include "src/session/session.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sgauth;

namespace {

process_facts maya()
{
    process_facts f;
    f.process = {4711, 1};
    f.executable = "/opt/maya2026/bin/maya.bin";
    f.unit = "app-maya.scope";
    f.cgroup = "/user.slice/user@1000.service/app.slice/app-maya.scope";
    f.is_known = true;
    return f;
}

process_facts running(std::string program)
{
    process_facts f = maya();
    f.executable = std::move(program);
    return f;
}

process_facts stranger()
{
    process_facts f = maya();
    f.is_known = false;
    f.why_unknown = "the process has ended";
    return f;
}

const wanted_credential janes{"https://x", {"jane@x.org", "jane"}, "session_token"};

policy_rule rule(rule_action action, std::string line = "1")
{
    policy_rule r;
    r.action = action;
    r.source = "f:" + std::move(line);
    return r;
}

policy_rule of_program(rule_action action, std::string executable)
{
    policy_rule r = rule(action);
    r.executable = std::move(executable);
    return r;
}

const policy_rule deny_all = rule(rule_action::deny, "9");

// Whether a rule with this field set fits, told by a deny rule.
template <class Set>
bool fits(Set set, const process_facts& facts = maya())
{
    policy_rule r = rule(rule_action::deny);
    set(r);
    return !decide(facts, janes, {&r, 1}).allows();
}

bool allows(const std::vector<policy_rule>& rules, const process_facts& facts = maya())
{
    return decide(facts, janes, rules).allows();
}

}  // namespace

TEST_SUITE("policy.glob")
{
    TEST_CASE("what does not fit")
    {
        CHECK_FALSE(fits_glob("", "?"));
        CHECK_FALSE(fits_glob("a", ""));
        CHECK_FALSE(fits_glob("/opt/a/b", "/opt/*"));
        CHECK_FALSE(fits_glob("/opt/ab", "/opt?ab"));
        CHECK_FALSE(fits_glob("abc", "ab"));
        CHECK_FALSE(fits_glob("abc", "bc"));
        CHECK_FALSE(fits_glob("a.scope", "[ab].scope"));
    }

    TEST_CASE("what fits")
    {
        CHECK(fits_glob("", ""));
        CHECK(fits_glob("", "*"));
        CHECK(fits_glob("/opt/a/b", "/opt/**"));
        CHECK(fits_glob("/opt/a/b", "/**/b"));
        CHECK(fits_glob("/opt/a", "/*/a"));
        CHECK(fits_glob("app-x\\x2d1.scope", "app-x\\x2d?.scope"));
        CHECK(fits_glob("a***b", "a*b"));
        CHECK(fits_glob("\xff\xfe", "?\xfe"));
    }

    TEST_CASE("no pattern takes long")
    {
        std::string stars;
        for (int i = 0; i < 500; ++i)
            stars += "*a";
        CHECK_FALSE(fits_glob(std::string(4000, 'a'), stars + "b"));
    }
}

TEST_SUITE("policy.decide")
{
    TEST_CASE("who cannot be told is refused by the first rule that asks for the program")
    {
        for (const rule_action action : {rule_action::allow, rule_action::deny, rule_action::confirm}) {
            const std::vector<policy_rule> rules{of_program(action, "/opt/maya2026/bin/maya.bin")};
            const verdict v = decide(stranger(), janes, rules);
            CHECK(v.action == rule_action::deny);
            CHECK(v.rule == &rules[0]);
            CHECK(
                v.why ==
                "a rule asks which program this is (f:1), and that cannot be told: the process has ended"
            );
        }
        for (const auto& set : std::vector<void (*)(policy_rule&)>{
                 [](policy_rule& r) { r.unit = "other.service"; },
                 [](policy_rule& r) { r.cgroup = "/other"; },
                 [](policy_rule& r) { r.executable = "/other"; },
                 [](policy_rule& r) { r.foreign_namespace = true; },
             })
            CHECK(fits(set, stranger()));
    }

    TEST_CASE("who cannot be told is refused where a person would be asked, whatever the rule names")
    {
        policy_rule bobs = rule(rule_action::confirm);
        bobs.user = "bob";
        CHECK(allows({bobs}, stranger()));
        const std::vector<policy_rule> all{rule(rule_action::confirm)};
        CHECK(decide(stranger(), janes, all).action == rule_action::deny);
        CHECK(decide(stranger(), janes, all).why.ends_with("cannot be told: the process has ended"));
    }

    TEST_CASE("who cannot be told is judged as all others where no rule asks for the program")
    {
        CHECK(allows({}, stranger()));
        CHECK(allows({rule(rule_action::allow), of_program(rule_action::deny, "/x")}, stranger()));
        CHECK_FALSE(allows({deny_all}, stranger()));
        policy_rule elsewhere = of_program(rule_action::deny, "/x");
        elsewhere.site = "https://y";
        CHECK(allows({elsewhere}, stranger()));
        elsewhere = of_program(rule_action::deny, "/x");
        elsewhere.form = "script_key";
        CHECK(allows({elsewhere}, stranger()));
    }

    TEST_CASE("the first rule that applies decides")
    {
        const policy_rule maya_may = of_program(rule_action::allow, "/opt/maya*/bin/maya.bin");
        CHECK(allows({maya_may, deny_all}));
        CHECK_FALSE(allows({deny_all, maya_may}));
        CHECK_FALSE(allows({maya_may, deny_all}, running("/opt/nuke/Nuke15.1")));
        CHECK(decide(maya(), janes, std::vector{rule(rule_action::confirm)}).action == rule_action::confirm);
    }

    TEST_CASE("no rule, or none that applies: allowed, and said")
    {
        CHECK(decide(maya(), janes, {}).why == "there are no rules");
        const std::vector<policy_rule> rules{of_program(rule_action::deny, "/x")};
        const verdict v = decide(maya(), janes, rules);
        CHECK(v.allows());
        CHECK(v.rule == nullptr);
        CHECK(v.why == "no rule applies");
    }

    TEST_CASE("the rule is named, and its reason shown")
    {
        policy_rule r = rule(rule_action::deny, "12");
        CHECK(decide(maya(), janes, {&r, 1}).why == "a rule denies it (f:12)");
        r.reason = "ask the pipeline desk";
        CHECK(decide(maya(), janes, {&r, 1}).why == "a rule denies it (f:12): ask the pipeline desk");
        r.action = rule_action::allow;
        CHECK(decide(maya(), janes, {&r, 1}).why == "a rule allows it (f:12): ask the pipeline desk");
    }

    TEST_CASE("each field fits by itself, and all that are named have to")
    {
        CHECK(fits([](policy_rule& r) { r.unit = "app-*.scope"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.unit = "app-nuke*.scope"; }));
        CHECK(fits([](policy_rule& r) { r.cgroup = "/user.slice/**"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.cgroup = "/user.slice/*"; }));
        CHECK(fits([](policy_rule& r) { r.executable = "/opt/**"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.executable = "/opt/*"; }));
        CHECK(fits([](policy_rule& r) { r.site = "https://x"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.site = "https://y"; }));
        CHECK(fits([](policy_rule& r) { r.user = " JANE "; }));
        CHECK(fits([](policy_rule& r) { r.user = "jane@x.org"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.user = "bob"; }));
        CHECK(fits([](policy_rule& r) { r.form = "session_token"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.form = "script_key"; }));
        CHECK_FALSE(fits([](policy_rule& r) { r.site = "https://x", r.unit = "no.scope"; }));
    }

    TEST_CASE("a process in no unit is in none, whatever the pattern")
    {
        process_facts f = maya();
        f.unit.clear();
        f.cgroup.clear();
        for (const std::string glob : {"*", "**"}) {
            const auto in_any_unit = [&](policy_rule& r) { r.unit = glob; };
            const auto in_any_cgroup = [&](policy_rule& r) { r.cgroup = glob; };
            CHECK(fits([](policy_rule& r) { r.unit = "**"; }));
            CHECK_FALSE(fits(in_any_unit, f));
            CHECK_FALSE(fits(in_any_cgroup, f));
        }
    }

    TEST_CASE("a link in a rule stands for what it leads to")
    {
        policy_rule r = of_program(rule_action::deny, "/usr/local/bin/maya");
        CHECK(allows({r}));
        r.leads_to = "/opt/maya2026/bin/maya.bin";
        CHECK_FALSE(allows({r}));
    }

    TEST_CASE("a namespace is foreign if either is")
    {
        const auto foreign = [](policy_rule& r) { r.foreign_namespace = true; };
        const auto own = [](policy_rule& r) { r.foreign_namespace = false; };
        CHECK_FALSE(fits(foreign));
        CHECK(fits(own));
        process_facts f = maya();
        f.foreign_mounts = true;
        CHECK(fits(foreign, f));
        CHECK_FALSE(fits(own, f));
        f = maya();
        f.foreign_users = true;
        CHECK(fits(foreign, f));
    }

    TEST_CASE("an interpreter has no advantage of a wide pattern, but of one with a unit")
    {
        policy_rule wide = of_program(rule_action::allow, "/**");
        CHECK(allows({wide, deny_all}));
        CHECK_FALSE(allows({wide, deny_all}, running("/usr/bin/python3.11")));
        wide.unit = "app-*.scope";
        CHECK(allows({wide, deny_all}, running("/usr/bin/python3.11")));
        for (const std::string unit : {"*", "**", "?*", "*.scope"}) {
            wide.unit = unit;
            CHECK(allows({wide, deny_all}));
            CHECK_FALSE(allows({wide, deny_all}, running("/usr/bin/python3.11")));
        }
        wide.unit.clear();
        wide.cgroup = "/**";
        CHECK_FALSE(allows({wide, deny_all}, running("/usr/bin/python3.11")));
        wide.cgroup = "/user.slice/**";
        CHECK(allows({wide, deny_all}, running("/usr/bin/python3.11")));
        CHECK_FALSE(allows({of_program(rule_action::deny, "/usr/bin/py*")}, running("/usr/bin/python3.11")));
    }
}

TEST_SUITE("policy.authorise")
{
    TEST_CASE("root has no credential, whatever the rules say")
    {
        const caller root{caller_role::administrator, 0, {1, 1}};
        const session s(*site_url::parse("https://x.example"));
        const policy_rule all = rule(rule_action::allow);
        CHECK_FALSE(authorise_credential(root, s, "session_token", {&all, 1}).allows());
        CHECK_FALSE(authorise_credential(root, s, "session_token", {}).allows());
    }

    TEST_CASE("a caller whose program nobody looked at is one that cannot be told")
    {
        const caller me{caller_role::owner, 1000, {4711, 1}};
        session s(*site_url::parse("https://x.example"));
        s.user = "Jane";
        const policy_rule any = of_program(rule_action::allow, "/**");
        CHECK(authorise_credential(me, s, "session_token", {}).allows());
        CHECK_FALSE(authorise_credential(me, s, "session_token", {&any, 1}).allows());
    }

    TEST_CASE("a session goes by its user's name and aliases, folded")
    {
        session s(*site_url::parse("https://x.example"));
        s.user = " Jane";
        s.aliases = {"jane@x.org"};
        const wanted_credential w = wanted_of(s, "bearer");
        CHECK(w.site == "https://x.example");
        CHECK(w.users == std::vector<std::string>{"jane@x.org", "jane"});
        CHECK(w.form == "bearer");
    }
}
