#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What a person or an administrator can set (DESIGN.md 6), as plain values with their defaults. Reading the
// files is settings_loader.hpp; nothing here does I/O.

#include "src/settings/policy_rule.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sgauth {

enum class renew_when { on_use, always, never };
enum class vault_backend { automatic, secret_service, keyring, passphrase, credential, memory };
enum class notify_when { needed, never };
enum class adopt_when { on_ask, never };
enum class audit_sink { file, journal, both, none };

// [site], without the default: how a site is reached.
struct site_section {
    std::optional<std::string>
        http_proxy;       // missing: the system's; empty: none. May hold a password: never log it
    std::string ca_file;  // empty: SHOTGUN_API_CACERTS, then the system store; else absolute
    std::chrono::milliseconds timeout{30'000};  // one call, retries and all

    bool operator==(const site_section&) const = default;
};

// [renewal]: how its sessions are kept alive.
struct renewal_section {
    renew_when policy = renew_when::on_use;
    std::optional<std::chrono::seconds> idle_window;  // missing: "auto", learned from the site
    std::chrono::seconds keep_for = std::chrono::hours(12);
    std::chrono::seconds max_age = std::chrono::days(30);
    std::chrono::milliseconds verify_wait{1'000};

    bool operator==(const renewal_section&) const = default;
};

// [compat]: what is taken from and left for the official tools.
struct compat_section {
    adopt_when adopt = adopt_when::on_ask;
    bool mirror = false;

    bool operator==(const compat_section&) const = default;
};

struct vault_section {
    vault_backend backend = vault_backend::automatic;
    bool keep_key_over_restart = false;

    bool operator==(const vault_section&) const = default;
};

struct lock_section {
    bool with_desktop = false;

    bool operator==(const lock_section&) const = default;
};

struct prompt_section {
    std::string command;  // empty: the front ends that we bring
    notify_when notify = notify_when::needed;
    bool prewarm = false;

    bool operator==(const prompt_section&) const = default;
};

struct audit_section {
    audit_sink sink = audit_sink::file;
    bool required = false;

    bool operator==(const audit_section&) const = default;
};

// All that holds for one site, its overrides applied.
struct site_settings {
    site_section site;
    renewal_section renewal;
    compat_section compat;

    bool operator==(const site_settings&) const = default;
};

struct settings {
    std::string default_site;  // site.default, in the one spelling that is stored; empty where none is set
    site_settings common;      // [site], [renewal], [compat]: for every site without an override
    std::map<std::string, site_settings, std::less<>> sites;  // [sites."https://x"], by that spelling, whole
    vault_section vault;
    lock_section lock;
    prompt_section prompt;
    audit_section audit;
    std::vector<policy_rule> rules;  // [[policy.rule]], the first to be tried first

    // What holds for the site of this address, which is in the spelling of site_url::text().
    const site_settings& for_site(std::string_view url_text) const;

    bool operator==(const settings&) const = default;
};

}  // namespace sgauth
