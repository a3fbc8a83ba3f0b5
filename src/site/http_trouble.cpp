// SPDX-License-Identifier: Apache-2.0
#include "src/site/http_trouble.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace sgauth {

namespace {

// A site that says more is not believed: we ask again after a day at the latest.
constexpr std::int64_t longest_retry_after = 24 * 60 * 60;

// Seconds only. The other form, a date, is measured on a clock that is not ours; without it we back off by
// ourselves.
std::optional<std::chrono::seconds> retry_after(const http_reply& reply)
{
    std::int64_t seconds = 0;
    const std::string& text = reply.retry_after;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec != std::errc() || end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, longest_retry_after));
}

// The host that a redirect points to; the rest of the address may carry anything. Empty: the site itself.
std::string_view host_of(std::string_view location)
{
    const auto mark = location.find("//");
    if (mark == location.npos || location.substr(0, mark).find_first_of("/?#") != location.npos)
        return {};
    std::string_view authority = location.substr(mark + 2);
    authority = authority.substr(0, authority.find_first_of("/?#\\"));
    return authority.substr(authority.rfind('@') + 1);
}

site_trouble trouble_of(trouble kind, std::string detail, std::string_view foreign = {})
{
    return std::move(in_trouble(kind, std::move(detail), foreign).error());
}

site_trouble redirect(const http_reply& reply)
{
    if (reply.status == 302 && reply.location.ends_with("/saml/saml_login_request"))
        return trouble_of(
            trouble::claims_expired, "the single sign-on of this session has to be renewed in a browser"
        );
    return trouble_of(
        trouble::moved, "the site answers with a redirect, which is not followed", host_of(reply.location)
    );
}

}  // namespace

bool is_json(const http_reply& reply)
{
    if (!reply.content_type)
        return true;
    std::string type = *reply.content_type;
    std::ranges::transform(type, type.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return type.starts_with("application/json") || type.starts_with("text/javascript");
}

std::optional<site_trouble> http_trouble(const http_reply& reply)
{
    if (reply.status >= 200 && reply.status < 300)
        return std::nullopt;
    if (reply.status >= 300 && reply.status < 400)
        return redirect(reply);
    const std::string said = "the site answered HTTP " + std::to_string(reply.status);
    site_trouble out;
    switch (reply.status) {
        case 401:
            return trouble_of(
                trouble::unauthorised, "a web server or proxy wants credentials of its own (HTTP 401)"
            );
        case 403:
            return trouble_of(trouble::blocked, "the site blocks this access (HTTP 403)", reply.body);
        case 407:
            return trouble_of(trouble::proxy, "the proxy wants credentials, or other ones (HTTP 407)");
        case 429:
            out = trouble_of(trouble::throttled, "too many requests (HTTP 429)");
            break;
        case 503:
            out = trouble_of(trouble::maintenance, "the site is down for maintenance or too busy (HTTP 503)");
            break;
        default:
            return trouble_of(reply.status >= 500 ? trouble::server_error : trouble::not_fpt, said);
    }
    out.retry_after = retry_after(reply);
    return out;
}

}  // namespace sgauth
