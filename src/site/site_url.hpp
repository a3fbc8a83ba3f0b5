#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// A site's address in the one spelling that we store and compare: `https://studio.shotgrid.autodesk.com`.

#include "src/base/error.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace sgauth {

class site_url {
public:
    // Reads what a person typed, by the documented rule of facts/fptr.md A.10: trimmed, https unless said
    // otherwise, scheme and authority kept, path, query, fragment and the scheme's own port dropped, lower
    // case. Refuses, with errc::invalid and the reason: an empty host, user information, another scheme than
    // http or https, plain http to anything but the loopback, a bad port, characters that no host name has.
    static result<site_url> parse(std::string_view typed);

    // `https://host` or `https://host:port`.
    const std::string& text() const noexcept { return text_; }
    const std::string& host() const noexcept { return host_; }  // without brackets for an IPv6 literal
    std::uint16_t port() const noexcept { return port_; }
    bool is_tls() const noexcept { return is_tls_; }

    auto operator<=>(const site_url& other) const noexcept { return text_ <=> other.text_; }
    bool operator==(const site_url& other) const noexcept { return text_ == other.text_; }

private:
    site_url() = default;

    std::string text_;
    std::string host_;
    std::uint16_t port_ = 443;
    bool is_tls_ = true;
};

}  // namespace sgauth
