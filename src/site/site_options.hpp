#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// What decides how a site is reached: its settings (DESIGN.md 6, `[site]`) and the daemon's own environment.
// Plain values, so that this folder needs neither the settings nor getenv.

#include "src/site/site_url.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace sgauth {

struct site_options {
    // One call, retries and all. 30 s as DESIGN.md 6 sets it: the official client waits for ever.
    std::chrono::milliseconds timeout{30'000};
    std::string ca_file;                    // empty: the environment's, then the system store
    std::optional<std::string> http_proxy;  // missing: the environment's; empty: none
};

// Asked at every call, so that a reload of the settings counts from the next one.
using site_options_source = std::function<site_options(const site_url&)>;

// Taken once from the daemon's own environment, never from a client's (DESIGN.md 3).
struct site_environment {
    std::string ca_certs;  // SHOTGUN_API_CACERTS
    std::string http_proxy;
    std::string https_proxy;
    std::string no_proxy;

    // `get` is ::getenv. The lower-case spelling of a proxy variable wins over the upper-case one.
    static site_environment read(const std::function<const char*(const char*)>& get);
};

}  // namespace sgauth
