#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// Which http proxy leads to a site, if any. Pure: what it reads is in site_options and site_environment.

#include "proto/secret.hpp"
#include "src/base/error.hpp"
#include "src/site/site_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sgauth {

struct proxy {
    std::string host;  // without brackets for an IPv6 literal
    std::uint16_t port = 8080;
    std::string user;  // empty: no credentials
    proxy_password secret;

    // Reads `[http://][user:password@]host[:port][/]` (facts/fptr.md A.9): the last @ ends the credentials,
    // their first colon parts them, nothing is decoded and their case is kept. They count only if both are
    // there. errc::invalid never quotes the text, which may hold a password.
    static result<proxy> parse(std::string_view text);
};

// The proxy to `site`; nothing: go straight, as always without TLS: a password would leave this machine in
// clear (DESIGN.md 4.8). The setting, where there is one, counts as it is. Else the environment's, minus
// no_proxy, and never for a site on this machine.
result<std::optional<proxy>> proxy_for(
    const site_url& site, const site_options& options, const site_environment& environment
);

// Whether a no_proxy list (commas or blanks between entries) names the host: `*`, a domain with all below it
// (a leading dot changes nothing), an address; with `:port`, only that port.
bool is_exempt(std::string_view no_proxy, std::string_view host, std::uint16_t port);

}  // namespace sgauth
