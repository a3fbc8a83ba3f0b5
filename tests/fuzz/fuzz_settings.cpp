// SPDX-License-Identifier: Apache-2.0
//
// A settings file, as the user's and as the administrator's at once. What is not understood is a problem that
// names the file and a line, and never a setting; what is in force is within its bounds and told with its
// origin.

#include "src/settings/settings_loader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sgauth;

constexpr uid_t own = 1000;

void require(bool good)
{
    if (!good)
        std::abort();
}

settings_file given(std::string_view text)
{
    settings_file file;
    file.what = settings_file::outcome::read;
    file.text = text;
    file.owner = own;
    return file;
}

loaded read(std::string_view user, std::string_view enforced, mode_t mode = 0600)
{
    settings_places places;
    places.user = "/u";
    places.enforced = "/e";
    const settings_file_reader reader = [&](const std::string& path) {
        settings_file file;
        if (path == "/u")
            file = given(user);
        else if (path == "/e")
            file = given(enforced);
        file.mode = mode;
        return file;
    };
    value_checks checks;
    checks.site = [](std::string_view typed) -> std::expected<std::string, std::string> {
        if (typed.empty() || !std::ranges::all_of(typed, [](char c) { return c > ' ' && c < 0x7f; }))
            return std::unexpected("no address");
        return std::string(typed);
    };
    checks.proxy = [](std::string_view) { return std::string(); };
    return load_settings(places, own, reader, checks);
}

void check(const loaded& all)
{
    for (const std::string& problem : all.problems)
        require(problem.starts_with("/u") || problem.starts_with("/e"));
    for (const provenance& from : all.sources)
        require(
            from.source == "built in" || from.source.starts_with("/u:") || from.source.starts_with("/e:")
        );
    const auto within = [](const site_settings& s) {
        return s.site.timeout.count() > 0 && s.renewal.keep_for.count() >= 0 &&
               s.renewal.max_age.count() > 0 && s.renewal.verify_wait.count() >= 0 &&
               (!s.renewal.idle_window || s.renewal.idle_window->count() > 0) &&
               (s.site.ca_file.empty() || s.site.ca_file.front() == '/');
    };
    require(within(all.values.common));
    for (const auto& [site, its] : all.values.sites)
        require(!site.empty() && within(its));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const loaded users = read(text, "");
    check(users);
    check(read("", text));
    // What is read twice says the same, and the same in both files changes nothing but whose it is.
    require(read(text, "").values == users.values);
    loaded both = read(text, text);
    check(both);
    both.values.rules = users.values.rules;  // those of both files stand one after the other
    if (users.problems.empty())
        require(both.values == users.values);
    // A file that anybody may write is not believed at all.
    const loaded distrusted = read(text, "", 0666);
    require(!distrusted.problems.empty() && distrusted.values == settings());
    return 0;
}
