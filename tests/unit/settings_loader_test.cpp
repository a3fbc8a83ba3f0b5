// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_loader.hpp"

#include "tests/unit/settings_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace sgauth;
using namespace std::chrono_literals;
using testing::enforced_toml;
using testing::settings_files;
using testing::source_of;
using testing::system_toml;
using testing::user_toml;
using testing::value_of;
using strings = std::vector<std::string>;

TEST_SUITE("settings.loader: what is wrong")
{
    TEST_CASE("a misspelt key is named by file, line and key, with a guess")
    {
        settings_files files;
        files.user("[renewal]\n\npolcy = \"never\"\n");
        const loaded all = files.load();
        CHECK(
            all.problems == strings{"/home/x/config.toml:3: renewal.polcy: unknown key; did you mean policy"}
        );
        CHECK(all.values == settings());
    }

    TEST_CASE("unknown keys are found wherever they stand")
    {
        settings_files files;
        files.user(
            "colour = 1\n[renewl]\n[vault]\nbakend = \"auto\"\n[policy]\nrules = 1\n"
            "[sites.\"https://x\"]\ndefault = true\n[sites.\"https://x\".compat]\nmirrors = true\n"
        );
        CHECK(
            files.load().problems ==
            strings{
                "/home/x/config.toml:1: colour: unknown key",
                "/home/x/config.toml:2: renewl: unknown key; did you mean renewal",
                "/home/x/config.toml:4: vault.bakend: unknown key; did you mean backend",
                "/home/x/config.toml:6: policy.rules: unknown key; did you mean rule",
                "/home/x/config.toml:8: sites.\"https://x\".default: unknown key",
                "/home/x/config.toml:10: sites.\"https://x\".compat.mirrors: unknown key; did you mean "
                "mirror",
            }
        );
    }

    TEST_CASE("a syntax error is told with its line, and nothing of that file counts")
    {
        settings_files files;
        files.system("[renewal]\npolicy = \"never\"\n");
        files.user("[renewal]\nmax_age = \"1d\"\nkeep_for = \n");
        const loaded all = files.load();
        REQUIRE(all.problems.size() == 1);
        CHECK(all.problems[0].starts_with("/home/x/config.toml:3: not TOML: "));
        CHECK(all.values.common.renewal.policy == renew_when::never);
        CHECK(all.values.common.renewal.max_age == renewal_section().max_age);
    }

    TEST_CASE("control characters of a file never reach a problem")
    {
        settings_files files;
        files.user("\"\\u001b[31m\" = 1\n[renewal]\n\"\\u202e\" = 1\npolicy = \"\\u001b]0;x\\u0007\"\n");
        const loaded all = files.load();
        CHECK(all.problems.size() == 3);
        for (const std::string& problem : all.problems)
            CHECK(problem.find_first_of("\x1b\x07\xe2") == std::string::npos);
    }

    TEST_CASE("a file that cannot be read, or that somebody else can write, is a problem and is not believed")
    {
        const std::string text = "[renewal]\npolicy = \"never\"\n";
        settings_files files;
        files.put(user_toml, {settings_file::outcome::unreadable, "", "Permission denied", 0, 0});
        CHECK(files.load().problems == strings{"/home/x/config.toml: cannot be read: Permission denied"});
        for (const mode_t mode : {0620u, 0602u, 0666u, 0664u}) {
            CAPTURE(mode);
            files.put(user_toml, {settings_file::outcome::read, text, "", 1000, mode});
            CHECK(files.load().problems.size() == 1);
            CHECK(files.load().values == settings());
        }
        files.put(user_toml, {settings_file::outcome::read, text, "", 1001, 0600});
        CHECK(
            files.load().problems ==
            strings{"/home/x/config.toml: is not believed: it belongs to user 1001, not to you or root"}
        );
        for (const uid_t owner : {0u, 1000u}) {
            files.put(user_toml, {settings_file::outcome::read, text, "", owner, 0644});
            CHECK(files.load().problems.empty());
            CHECK(files.load().values.common.renewal.policy == renew_when::never);
        }
    }

    TEST_CASE("a file that was chosen has to be there")
    {
        settings_files files;
        files.places.chosen = "/home/x/other.toml";
        CHECK(files.load().problems == strings{"/home/x/other.toml: there is no such file"});
    }

    TEST_CASE("sections have to be tables, rules an array of them")
    {
        settings_files files;
        files.user("renewal = 1\nsites = \"x\"\n[policy.rule]\na = 1\n");
        CHECK(
            files.load().problems ==
            strings{
                "/home/x/config.toml:1: renewal: has to be a table, and is a number",
                "/home/x/config.toml:2: sites: has to be a table, and is a string",
                "/home/x/config.toml:3: policy.rule: has to be written as [[policy.rule]]",
            }
        );
        files.user("policy = true\n[sites]\n\"https://x\" = 3\n");
        CHECK(
            files.load().problems ==
            strings{
                "/home/x/config.toml:1: policy: has to be a table, and is true or false",
                "/home/x/config.toml:3: sites.\"https://x\": has to be a table, and is a number",
            }
        );
    }

    TEST_CASE("a site has to be one, once in a file")
    {
        settings_files files;
        files.user(
            "[sites.\"bad\"]\n[sites.\"https://X\"]\ntimeout = \"1s\"\n[sites.\"https://x\"]\ntimeout = "
            "\"2s\"\n"
        );
        const loaded all = files.load();
        CHECK(
            all.problems ==
            strings{
                "/home/x/config.toml:1: sites.\"bad\": not the address of a site: no host",
                "/home/x/config.toml:4: sites.\"https://x\": the same site stands in this file twice",
            }
        );
        CHECK(all.values.for_site("https://x").site.timeout == 1s);
    }
}

TEST_SUITE("settings.loader: what is right")
{
    TEST_CASE("with no file at all everything is built in")
    {
        const loaded all = settings_files().load();
        CHECK(all.problems.empty());
        CHECK(all.values == settings());
        CHECK(all.sources.size() == 19);
        CHECK(all.sources.front() == provenance{"site.default", "none", "built in"});
        CHECK(std::all_of(all.sources.begin(), all.sources.end(), [](const provenance& p) {
            return p.source == "built in";
        }));
        CHECK(value_of(all, "site.http_proxy") == "the system's");
        CHECK(value_of(all, "site.ca_file") == "the system's");
        CHECK(value_of(all, "site.timeout") == "30s");
        CHECK(value_of(all, "renewal.idle_window") == "auto");
        CHECK(value_of(all, "renewal.max_age") == "30d");
        CHECK(value_of(all, "vault.backend") == "auto");
    }

    TEST_CASE("later files win, key by key, and the enforced one over all")
    {
        settings_files files;
        files.system("[renewal]\npolicy = \"always\"\nkeep_for = \"1h\"\nmax_age = \"10d\"\n");
        files.user("[renewal]\nkeep_for = \"2h\"\nmax_age = \"20d\"\n");
        files.enforced("[renewal]\nmax_age = \"8h\"\n");
        const loaded all = files.load();
        CHECK(all.problems.empty());
        const renewal_section& renewal = all.values.common.renewal;
        CHECK(renewal.policy == renew_when::always);
        CHECK(renewal.keep_for == 2h);
        CHECK(renewal.max_age == 8h);
        CHECK(renewal.verify_wait == 1s);
        CHECK(source_of(all, "renewal.policy") == "/etc/x/config.toml:2");
        CHECK(source_of(all, "renewal.keep_for") == "/home/x/config.toml:2");
        CHECK(source_of(all, "renewal.max_age") == "/etc/x/enforced.toml:2");
        CHECK(source_of(all, "renewal.verify_wait") == "built in");
    }

    TEST_CASE("a bad value keeps what an earlier file set")
    {
        settings_files files;
        files.system("[renewal]\npolicy = \"always\"\n");
        files.user("[renewal]\npolicy = \"sometimes\"\n");
        const loaded all = files.load();
        CHECK(
            all.problems ==
            strings{"/home/x/config.toml:2: renewal.policy: \"sometimes\" is not one of on-use, always, never"
            }
        );
        CHECK(all.values.common.renewal.policy == renew_when::always);
        CHECK(source_of(all, "renewal.policy") == "/etc/x/config.toml:2");
    }

    TEST_CASE("a chosen file stands for the ordinary two, not for the enforced one")
    {
        settings_files files;
        files.system("[renewal]\npolicy = \"always\"\n");
        files.user("[renewal]\nkeep_for = \"2h\"\n");
        files.enforced("[lock]\nwith_desktop = true\n");
        files.places.chosen = "/home/x/other.toml";
        files.put(
            files.places.chosen,
            {settings_file::outcome::read, "[renewal]\nmax_age = \"9d\"\n", "", 1000, 0600}
        );
        const loaded all = files.load();
        CHECK(all.problems.empty());
        CHECK(all.values.common.renewal.policy == renew_when::on_use);
        CHECK(all.values.common.renewal.keep_for == 12h);
        CHECK(all.values.common.renewal.max_age == std::chrono::days(9));
        CHECK(all.values.lock.with_desktop);
        CHECK(source_of(all, "renewal.max_age") == "/home/x/other.toml:2");
    }

    TEST_CASE("a site's own values stand over the common ones, whichever file has them")
    {
        settings_files files;
        files.system("[sites.\"https://X\"]\ntimeout = \"5s\"\nkeep_for = \"3h\"\n");
        files.user(
            "[site]\ntimeout = \"7s\"\n[renewal]\npolicy = \"never\"\n"
            "[sites.\"https://x\"]\nkeep_for = \"4h\"\n[sites.\"https://x\".compat]\nmirror = true\n"
        );
        const loaded all = files.load();
        CHECK(all.problems.empty());
        const site_settings& x = all.values.for_site("https://x");
        CHECK(x.site.timeout == 5s);
        CHECK(x.renewal.keep_for == 4h);
        CHECK(x.renewal.policy == renew_when::never);
        CHECK(x.compat.mirror);
        CHECK(all.values.for_site("https://other") == all.values.common);
        CHECK(all.values.common.site.timeout == 7s);
        CHECK_FALSE(all.values.common.compat.mirror);
        CHECK(source_of(all, "sites.\"https://x\".timeout") == "/etc/x/config.toml:2");
        CHECK(source_of(all, "sites.\"https://x\".keep_for") == "/home/x/config.toml:6");
        CHECK(value_of(all, "sites.\"https://x\".compat.mirror") == "true");
        CHECK(all.sources.size() == 22);
    }

    TEST_CASE("what is enforced for all sites is not escaped by a site of an ordinary file")
    {
        settings_files files;
        files.user("[sites.\"https://x\"]\nmax_age = \"300d\"\ntimeout = \"5s\"\n");
        files.enforced("[renewal]\nmax_age = \"8h\"\n[sites.\"https://y\"]\nmax_age = \"4h\"\n");
        const loaded all = files.load();
        CHECK(all.problems.empty());
        CHECK(all.values.for_site("https://x").renewal.max_age == 8h);
        CHECK(all.values.for_site("https://x").site.timeout == 5s);
        CHECK(all.values.for_site("https://y").renewal.max_age == 4h);
        CHECK(source_of(all, "sites.\"https://x\".max_age") == "");
    }

    TEST_CASE("a proxy's user and password are kept, and never shown")
    {
        settings_files files;
        files.user("[site]\nhttp_proxy = \"http://me:s3cr@t@proxy:8080\"\n");
        const loaded all = files.load();
        CHECK(all.values.common.site.http_proxy == "http://me:s3cr@t@proxy:8080");
        CHECK(value_of(all, "site.http_proxy") == "***@proxy:8080");
        files.user("[site]\nhttp_proxy = \"me:s3cr@t\\nproxy\"\n");
        const loaded bad = files.load();
        CHECK(bad.problems == strings{"/home/x/config.toml:2: site.http_proxy: holds a control character"});
        files.user("[site]\nhttp_proxy = \"\"\n");
        CHECK(files.load().values.common.site.http_proxy == "");
        CHECK(value_of(files.load(), "site.http_proxy") == "none");
    }

    TEST_CASE("a proxy that is none is said by line, and not quoted")
    {
        settings_files files;
        files.user("[site]\n\nhttp_proxy = \"me:s3cr@t proxy\"\n[sites.\"https://x\"]\nhttp_proxy = \"a b\"\n"
        );
        CHECK(
            files.load().problems ==
            strings{
                "/home/x/config.toml:3: site.http_proxy: not the address of a proxy",
                "/home/x/config.toml:5: sites.\"https://x\".http_proxy: not the "
                "address of a proxy"
            }
        );
    }
}
