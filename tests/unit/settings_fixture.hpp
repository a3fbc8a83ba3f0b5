#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Settings' files in memory, and what is asked of the result.

#include "src/settings/settings_loader.hpp"

#include <map>
#include <string>
#include <string_view>

namespace sgauth::testing {

inline const std::string system_toml = "/etc/x/config.toml";
inline const std::string user_toml = "/home/x/config.toml";
inline const std::string enforced_toml = "/etc/x/enforced.toml";

// A site is what begins with https://, and its case does not count.
inline std::expected<std::string, std::string> plain_site(std::string_view typed)
{
    if (!typed.starts_with("https://"))
        return std::unexpected("no host");
    std::string out(typed);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

// A proxy is what has no blank in it.
inline std::string fault_of_proxy(std::string_view typed)
{
    return typed.find(' ') == std::string_view::npos ? "" : "not the address of a proxy";
}

// Below /links/to everything is a link.
inline std::string lead(const std::string& path)
{
    constexpr std::string_view links = "/links/to/";
    return path.starts_with(links) ? "/real/" + path.substr(links.size()) : path;
}

class settings_files {
public:
    settings_places places{system_toml, user_toml, "", enforced_toml};

    void put(const std::string& path, settings_file file) { files_[path] = std::move(file); }
    void system(std::string text) { put(system_toml, good(std::move(text), 0)); }
    void user(std::string text) { put(user_toml, good(std::move(text), 1000)); }
    void enforced(std::string text) { put(enforced_toml, good(std::move(text), 0)); }

    // As the daemon of user 1000 would.
    loaded load() const
    {
        const auto read = [this](const std::string& path) {
            const auto at = files_.find(path);
            return at == files_.end() ? settings_file() : at->second;
        };
        return load_settings(places, 1000, read, {plain_site, fault_of_proxy, lead});
    }

private:
    static settings_file good(std::string text, uid_t owner)
    {
        return {settings_file::outcome::read, std::move(text), "", owner, 0644};
    }

    std::map<std::string, settings_file> files_;
};

inline provenance find_source(const loaded& all, std::string_view key)
{
    for (const provenance& p : all.sources)
        if (p.key == key)
            return p;
    return {};
}

inline std::string source_of(const loaded& all, std::string_view key)
{
    return find_source(all, key).source;
}

inline std::string value_of(const loaded& all, std::string_view key)
{
    return find_source(all, key).value;
}

}  // namespace sgauth::testing
