#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Reads the settings (DESIGN.md 6) key by key from up to three files, and remembers where each came from.
// Knows no file system of its own: how a file is read is a value (settings_file.hpp has the real one).

#include "src/settings/settings.hpp"

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sgauth {

struct settings_places {
    std::string system = "/etc/sgauth/config.toml";
    std::string user;    // $XDG_CONFIG_HOME/sgauth/config.toml; empty: there is none
    std::string chosen;  // --config: stands for both of them, and has to be there
    std::string enforced = "/etc/sgauth/enforced.toml";
};

// What became of reading one file.
struct settings_file {
    enum class outcome { read, missing, unreadable };
    outcome what = outcome::missing;
    std::string text;  // when read
    std::string why;   // when unreadable, for people
    uid_t owner = 0;   // when read
    mode_t mode = 0600;
};

using settings_file_reader = std::function<settings_file(const std::string& path)>;

// Gives a site's address in the one spelling that is stored, or says what is wrong with it (site_url::parse
// in the daemon; src/settings stands below src/site).
using site_normaliser = std::function<std::expected<std::string, std::string>(std::string_view typed)>;
// Says what is wrong with a proxy's address, never quoting it; empty if it is good (proxy::parse in the
// daemon).
using proxy_checker = std::function<std::string(std::string_view typed)>;

// Gives the path that a path's links lead to; empty if it leads nowhere.
using link_follower = std::function<std::string(const std::string& path)>;

// What only a floor above, or a file system, can tell of a value.
struct value_checks {
    site_normaliser site;
    proxy_checker proxy;
    link_follower links = {};  // may be empty: then no path leads elsewhere
};

// One value in force.
struct provenance {
    std::string key;     // `renewal.policy`, `sites."https://x".timeout`
    std::string value;   // as text, a proxy's user and password left out
    std::string source;  // `/etc/sgauth/config.toml:12`, or `built in`

    bool operator==(const provenance&) const = default;
};

struct loaded {
    settings values;
    std::vector<provenance>
        sources;  // every key, in the order of DESIGN.md 6, then the sites', then the rules
    std::vector<std::string> problems;  // each names file, line and key; empty: all is well
};

// Never fails as a whole: what is wrong is in `problems`, and such a key keeps the value it had before. `uid`
// is the daemon's own: a file that somebody other than it or root owns or can write is a problem and is not
// believed.
loaded load_settings(
    const settings_places& places, uid_t uid, const settings_file_reader& read, const value_checks& checks
);

}  // namespace sgauth
