// SPDX-License-Identifier: Apache-2.0
#include "src/settings/settings_file.hpp"
#include "tests/unit/settings_fixture.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace sgauth;
using testing::settings_files;
using testing::value_of;

namespace {

struct key_case {
    const char* section;
    const char* key;
    std::vector<const char*> good;
    std::vector<const char*> bad;
};

const std::string longest = "\"/" + std::string(4095, 'a') + "\"";
const std::string too_long = "\"/" + std::string(4096, 'a') + "\"";

// Each key's values at its limits, and one beyond them.
const std::vector<key_case> cases = {
    {"site", "default", {R"("https://x")"}, {R"("")", R"("x")", "1", "true"}},
    {"site", "http_proxy", {R"("")", R"("http://p:3128")"}, {"false", "[]"}},
    {"site", "ca_file", {R"("")", R"("/etc/ca.pem")", longest.c_str()}, {R"("ca.pem")", "1", too_long.c_str()}
    },
    {"site",
     "timeout",
     {R"("100ms")", R"("10m")"},
     {R"("99ms")", R"("600001ms")", R"("11m")", "30", R"("30")"}},
    {"renewal", "policy", {R"("on-use")", R"("always")", R"("never")"}, {R"("on_use")", R"("")", "true"}},
    {"renewal",
     "idle_window",
     {R"("auto")", R"("1s")", R"("3650d")"},
     {R"("999ms")", R"("3651d")", R"("1500ms")", "0"}},
    {"renewal", "keep_for", {R"("1s")", R"("3650d")"}, {R"("0s")", R"("auto")", R"("3651d")", "12"}},
    {"renewal", "max_age", {R"("1s")", R"("3650d")"}, {R"("0d")", R"("3651d")", R"("forever")", "2026-01-01"}
    },
    {"renewal", "verify_wait", {R"("0s")", R"("1ms")", R"("60s")"}, {R"("60001ms")", R"("-1s")", "1.0"}},
    {"vault",
     "backend",
     {R"("auto")", R"("secret-service")", R"("keyring")", R"("passphrase")", R"("credential")", R"("memory")"
     },
     {R"("file")", "1"}},
    {"vault", "keep_key_over_restart", {"true", "false"}, {R"("true")", "1"}},
    {"lock", "with_desktop", {"true", "false"}, {R"("yes")"}},
    {"prompt",
     "command",
     {R"("")", R"("/usr/bin/ask --me")", longest.c_str()},
     {"true", R"("a\nb")", too_long.c_str()}},
    {"prompt", "notify", {R"("needed")", R"("never")"}, {R"("always")"}},
    {"prompt", "prewarm", {"true", "false"}, {"0"}},
    {"compat", "adopt", {R"("on-ask")", R"("never")"}, {R"("always")", "true"}},
    {"compat", "mirror", {"true", "false"}, {R"("on")"}},
    {"audit", "sink", {R"("file")", R"("journal")", R"("both")", R"("none")"}, {R"("syslog")"}},
    {"audit", "required", {"true", "false"}, {R"("")"}},
};

class scratch_folder {
public:
    scratch_folder()
    {
        char name[] = "/tmp/sgauth-settings-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        path = name;
    }
    ~scratch_folder()
    {
        ::unlink((path + "/config.toml").c_str());
        ::rmdir(path.c_str());
    }
    std::string path;
};

}  // namespace

TEST_SUITE("settings.keys")
{
    TEST_CASE("every key there is stands in this table")
    {
        CHECK(settings_files().load().sources.size() == cases.size());
    }

    TEST_CASE("bad values are refused by line and key, and change nothing")
    {
        for (const key_case& c : cases)
            for (const char* bad : c.bad) {
                settings_files files;
                files.user(std::string("[") + c.section + "]\n" + c.key + " = " + bad + "\n");
                const loaded all = files.load();
                CAPTURE(c.key);
                CAPTURE(bad);
                REQUIRE(all.problems.size() == 1);
                const std::string name = std::string(c.section) + "." + c.key;
                CHECK(all.problems[0].starts_with("/home/x/config.toml:2: " + name + ": "));
                CHECK(all.values == settings());
                CHECK(testing::source_of(all, name) == "built in");
            }
    }

    TEST_CASE("good values are taken up to their limits, and shown as they were written")
    {
        for (const key_case& c : cases)
            for (const char* good : c.good) {
                settings_files files;
                files.user(std::string("[") + c.section + "]\n" + c.key + " = " + good + "\n");
                const loaded all = files.load();
                CAPTURE(c.key);
                CAPTURE(good);
                CHECK(all.problems.empty());
                const std::string name = std::string(c.section) + "." + c.key;
                CHECK(testing::source_of(all, name) == "/home/x/config.toml:2");
                const std::string shown = value_of(all, name);
                const bool has_a_word_for_it =
                    std::string(good) == R"("")" || std::string(good) == R"("60s")";
                CHECK((shown == good || "\"" + shown + "\"" == good || has_a_word_for_it));
            }
    }

    TEST_CASE("a site overrides each key of site, renewal and compat, by the same rules")
    {
        for (const key_case& c : cases) {
            const std::string section = c.section;
            const bool of_a_site = section == "site" || section == "renewal" || section == "compat";
            const std::string table =
                section == "compat" ? "[sites.\"https://s\".compat]\n" : "[sites.\"https://s\"]\n";
            const bool is_overridable = of_a_site && std::string(c.key) != "default";
            settings_files files;
            files.user(table + c.key + " = " + c.good.back() + "\n");
            CAPTURE(c.key);
            CHECK(files.load().problems.empty() == is_overridable);
            files.user(table + c.key + " = " + c.bad.back() + "\n");
            CHECK(files.load().problems.size() == 1);
        }
    }
}

TEST_SUITE("settings.file")
{
    TEST_CASE("a missing file is missing, and what is no file is unreadable")
    {
        const scratch_folder folder;
        CHECK(read_settings_file(folder.path + "/config.toml").what == settings_file::outcome::missing);
        CHECK(read_settings_file(folder.path + "/none/config.toml").what == settings_file::outcome::missing);
        CHECK(read_settings_file(folder.path).what == settings_file::outcome::unreadable);
        REQUIRE(::mkfifo((folder.path + "/config.toml").c_str(), 0600) == 0);
        CHECK(read_settings_file(folder.path + "/config.toml").what == settings_file::outcome::unreadable);
    }

    TEST_CASE("a file is read up to the limit and not one beyond it, with its owner and mode")
    {
        const scratch_folder folder;
        const std::string path = folder.path + "/config.toml";
        const std::string most(max_settings_bytes, '#');
        std::ofstream(path) << most;
        REQUIRE(::chmod(path.c_str(), 0640) == 0);
        const settings_file file = read_settings_file(path);
        CHECK(file.what == settings_file::outcome::read);
        CHECK(file.text == most);
        CHECK(file.owner == ::geteuid());
        CHECK(file.mode == 0640);
        std::ofstream(path, std::ios::app) << '#';
        CHECK(read_settings_file(path).what == settings_file::outcome::unreadable);
    }

    TEST_CASE("the user's folder is XDG_CONFIG_HOME where that is absolute, else in HOME")
    {
        const auto user = [](const char* xdg, const char* home) {
            return default_settings_places(
                       [&](const char* name) { return std::string(name) == "XDG_CONFIG_HOME" ? xdg : home; }
            ).user;
        };
        CHECK(user("/c", "/h") == "/c/sgauth/config.toml");
        CHECK(user("", "/h") == "/h/.config/sgauth/config.toml");
        CHECK(user("rel", "/h") == "/h/.config/sgauth/config.toml");
        CHECK(user(nullptr, "/h") == "/h/.config/sgauth/config.toml");
        CHECK(user(nullptr, nullptr) == "");
    }
}
