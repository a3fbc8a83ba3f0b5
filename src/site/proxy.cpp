// SPDX-License-Identifier: Apache-2.0
#include "src/site/proxy.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sgauth {

namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::optional<std::uint16_t> read_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec != std::errc() || end != text.data() + text.size() || port == 0)
        return std::nullopt;
    return port;
}

struct place {
    std::string_view host;
    std::optional<std::string_view> port;
};

// `host`, `host:port`, `[v6]`, `[v6]:port`; a bare IPv6 address is all host.
place split_port(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == text.npos)
            return {};
        const std::string_view rest = text.substr(close + 1);
        const std::string_view host = text.substr(1, close - 1);
        return rest.starts_with(':') ? place{host, rest.substr(1)} : place{rest.empty() ? host : "", {}};
    }
    const auto colon = text.find(':');
    if (colon == text.npos || text.find(':', colon + 1) != text.npos)
        return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_host_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.' || c == ':';
}

bool is_scheme(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(lower(text), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

bool is_loopback(const site_url& site)
{
    return site.host() == "localhost" || site.host() == "::1" || site.host().starts_with("127.");
}

}  // namespace

result<proxy> proxy::parse(std::string_view text)
{
    // A password may hold "://" too: only what can be a scheme is one.
    if (const auto mark = text.find("://"); mark != text.npos && is_scheme(text.substr(0, mark))) {
        if (lower(text.substr(0, mark)) != "http")
            return fail(errc::invalid, "only http proxies are supported");
        text.remove_prefix(mark + 3);
    }
    const auto at = text.rfind('@');
    std::string_view credentials;
    if (at != text.npos) {
        credentials = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    if (text.ends_with('/'))
        text.remove_suffix(1);
    const place where = split_port(text);
    proxy out;
    out.host = lower(where.host);
    if (out.host.empty() || !std::ranges::all_of(out.host, is_host_char))
        return fail(errc::invalid, "the proxy's address names no host");
    if (where.port) {
        const auto port = read_port(*where.port);
        if (!port)
            return fail(errc::invalid, "the proxy's port must be a number from 1 to 65535");
        out.port = *port;
    }
    if (at == std::string_view::npos)
        return out;
    const auto colon = credentials.find(':');
    if (colon == credentials.npos)
        return fail(errc::invalid, "the proxy's user needs a password: user:password@host");
    if (colon != 0 && colon + 1 != credentials.size()) {
        out.user = credentials.substr(0, colon);
        out.secret = proxy_password(credentials.substr(colon + 1));
    }
    return out;
}

bool is_exempt(std::string_view no_proxy, std::string_view host, std::uint16_t port)
{
    constexpr std::string_view separators = ", \t";
    for (std::size_t at = 0; (at = no_proxy.find_first_not_of(separators, at)) != no_proxy.npos;) {
        const std::size_t end = std::min(no_proxy.find_first_of(separators, at), no_proxy.size());
        const std::string entry = lower(no_proxy.substr(at, end - at));
        at = end;
        if (entry == "*")
            return true;
        const place where = split_port(entry);
        if (where.port && read_port(*where.port) != port)
            continue;
        std::string_view name = where.host;
        if (name.starts_with('.'))
            name.remove_prefix(1);
        if (name.empty() || !host.ends_with(name))
            continue;
        const bool is_address =
            name.find_first_not_of("0123456789.") == name.npos;  // it has no domains below it
        if (host.size() == name.size() || (!is_address && host[host.size() - name.size() - 1] == '.'))
            return true;
    }
    return false;
}

result<std::optional<proxy>> proxy_for(
    const site_url& site, const site_options& options, const site_environment& environment
)
{
    if (!site.is_tls())
        return std::nullopt;
    std::string_view text;
    if (options.http_proxy) {
        text = *options.http_proxy;
    } else if (!is_loopback(site) && !is_exempt(environment.no_proxy, site.host(), site.port())) {
        text = environment.https_proxy.empty() ? environment.http_proxy : environment.https_proxy;
    }
    if (text.empty())
        return std::nullopt;
    auto parsed = proxy::parse(text);
    if (!parsed)
        return std::unexpected(parsed.error());
    return std::optional<proxy>(std::move(*parsed));
}

site_environment site_environment::read(const std::function<const char*(const char*)>& get)
{
    const auto first_of = [&get](const char* name, const char* other) {
        const char* value = get(name);
        if (!value || !*value)
            value = get(other);
        return std::string(value ? value : "");
    };
    site_environment out;
    const char* ca = get("SHOTGUN_API_CACERTS");
    out.ca_certs = ca ? ca : "";
    out.http_proxy = first_of("http_proxy", "HTTP_PROXY");
    out.https_proxy = first_of("https_proxy", "HTTPS_PROXY");
    out.no_proxy = first_of("no_proxy", "NO_PROXY");
    return out;
}

}  // namespace sgauth
