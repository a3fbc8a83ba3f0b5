#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Takes the files one after the other, so that a later one's values replace an earlier one's, and keeps count
// of where each came from. What others use is load_settings.

#include "src/settings/settings_keys.hpp"
#include "src/settings/settings_loader.hpp"
#include "src/settings/settings_toml.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

class settings_merger {
public:
    enum class rank { built_in, ordinary, enforced };
    enum class absence { is_fine, is_a_problem };

    // All three outlive the merger.
    settings_merger(uid_t uid, const settings_file_reader& read, const value_checks& checks)
        : uid_(uid), read_(read), checks_(checks)
    {
    }

    void take_file(const std::string& path, rank from, absence if_missing);
    // Ends it: the sites' own values are worked out last, when what is common to all sites is known.
    loaded finish() &&;

private:
    struct origin {
        std::string source = "built in";
        rank from = rank::built_in;
    };

    struct site_override {
        std::string site;
        const setting_key<site_settings>* key;
        setting_node node;
        origin where;
    };

    void complain(std::uint32_t line, const std::string& what);
    bool is_trusted(const settings_file& file);
    void take_top(const setting_node& top);
    void take_section(const setting_node& section);
    void take_key(const std::string& section, const setting_node& node);
    void take_policy(const setting_node& policy);
    void take_rules(const setting_node& rules);
    void take_sites(const setting_node& sites);
    void take_site(const std::string& site, const std::string& name, const setting_node& table);
    void take_override(
        const std::string& site,
        const std::string& name,
        const setting_node& node,
        const setting_key<site_settings>* key
    );
    void unknown(
        const std::string& key, const setting_node& node, const std::vector<std::string_view>& known
    );
    origin here(const setting_node& node) const;
    void apply_overrides();
    void list_sources();

    uid_t uid_;
    const settings_file_reader& read_;
    const value_checks& checks_;
    loaded out_;
    std::map<std::string, origin, std::less<>> origins_;  // by dotted key
    std::vector<site_override> overrides_;
    std::map<std::string, std::map<const setting_key<site_settings>*, origin>> site_origins_;
    std::string path_;  // the file that is being taken
    rank from_ = rank::built_in;
};

}  // namespace sgauth
