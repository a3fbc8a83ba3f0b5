// SPDX-License-Identifier: Apache-2.0
//
// What a person may type as a site's address, and as a proxy's. What is taken is taken again, as itself.

#include "src/site/proxy.hpp"
#include "src/site/site_url.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace sgauth;

void require(bool good)
{
    if (!good)
        std::abort();
}

// Nothing that could end a header, a log line or a terminal's patience.
bool is_tame(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '@';
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view typed(reinterpret_cast<const char*>(data), size);
    if (const auto site = site_url::parse(typed)) {
        const auto again = site_url::parse(site->text());
        require(again && *again == *site && again->host() == site->host() && again->port() == site->port());
        require(is_tame(site->text()) && !site->host().empty() && site->port() != 0);
        require(site->text().starts_with(site->is_tls() ? "https://" : "http://"));
        require(!is_exempt("", site->host(), site->port()) && is_exempt("*", site->host(), site->port()));
        is_exempt(typed, site->host(), site->port());
    } else {
        require(!site.error().detail.empty() && site.error().foreign.empty());
    }
    if (const auto way = proxy::parse(typed)) {
        require(is_tame(way->host) && !way->host.empty() && way->port != 0);
        require(way->user.empty() == way->secret.empty());
    }
    return 0;
}
