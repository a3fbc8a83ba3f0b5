// SPDX-License-Identifier: Apache-2.0
#include "src/site/site_url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <optional>
#include <sys/socket.h>
#include <utility>

namespace sgauth {

namespace {

constexpr std::size_t max_host_bytes = 253;  // RFC 1035 2.3.4, as text
constexpr std::size_t max_label_bytes = 63;
constexpr std::string_view blanks = " \t\r\n\f\v";

bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

bool is_name_char(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_ipv4(const std::string& host)
{
    in_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// The one spelling of an IPv6 address (RFC 5952), or nothing.
std::optional<std::string> canonical_ipv6(const std::string& host)
{
    in6_addr address{};
    char text[INET6_ADDRSTRLEN];
    if (::inet_pton(AF_INET6, host.c_str(), &address) != 1 ||
        !::inet_ntop(AF_INET6, &address, text, sizeof text))
        return std::nullopt;
    return std::string(text);
}

// Resolvers read 127.1, 0x7f000001 and 2130706433 as addresses, so one site would have many spellings.
bool ends_in_number(std::string_view host)
{
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return std::ranges::all_of(last, is_digit) || last.starts_with("0x");
}

const char* fault_of_name(const std::string& host)
{
    if (host.size() > max_host_bytes)
        return "the host name is too long";
    for (std::size_t at = 0; at <= host.size();) {
        const std::size_t end = std::min(host.find('.', at), host.size());
        const std::string_view label = std::string_view(host).substr(at, end - at);
        if (label.empty())
            return "the host name has an empty part";
        if (label.size() > max_label_bytes)
            return "a part of the host name is too long";
        if (!std::ranges::all_of(label, is_name_char))
            return "a character that no host name has (write an international name in its xn-- form)";
        at = end + 1;
    }
    return ends_in_number(host) && !is_ipv4(host) ? "not a complete IPv4 address" : nullptr;
}

struct authority {
    std::string host;  // without brackets
    std::string_view port;
    bool is_ipv6 = false;
};

result<authority> split(std::string_view text)
{
    authority out;
    if (!text.starts_with('[')) {
        const auto colon = text.find(':');
        out.host = lower(text.substr(0, colon));
        if (colon != text.npos)
            out.port = text.substr(colon + 1);
        if (out.host.size() > 1 && out.host.ends_with('.'))
            out.host.pop_back();
        if (out.host.empty())
            return fail(errc::invalid, "the address names no host");
        if (const char* fault = fault_of_name(out.host))
            return fail(errc::invalid, fault);
        return out;
    }
    const auto close = text.find(']');
    if (close == text.npos)
        return fail(errc::invalid, "an IPv6 address without its closing bracket");
    auto address = canonical_ipv6(std::string(text.substr(1, close - 1)));
    if (!address)
        return fail(errc::invalid, "not an IPv6 address");
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':')
        return fail(errc::invalid, "something behind the IPv6 address");
    out.host = std::move(*address);
    out.port = rest.empty() ? rest : rest.substr(1);
    out.is_ipv6 = true;
    return out;
}

// An empty port is the scheme's own (RFC 3986 3.2.3).
result<std::uint16_t> read_port(std::string_view text, std::uint16_t standard)
{
    if (text.empty())
        return standard;
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec != std::errc() || end != text.data() + text.size() || port == 0)
        return fail(errc::invalid, "the port must be a number from 1 to 65535");
    return port;
}

bool is_loopback(const authority& where)
{
    if (where.is_ipv6)
        return where.host == "::1";
    return where.host == "localhost" || (where.host.starts_with("127.") && is_ipv4(where.host));
}

}  // namespace

result<site_url> site_url::parse(std::string_view typed)
{
    std::string_view text = trimmed(typed);
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }))
        return fail(errc::invalid, "white space or a control character inside the address");

    std::string scheme = "https";
    const auto mark = text.find("://");
    if (mark != text.npos && mark < text.find_first_of("/?#")) {
        scheme = lower(text.substr(0, mark));
        text.remove_prefix(mark + 3);
    } else if (text.starts_with("//")) {
        text.remove_prefix(2);
    }
    if (scheme != "https" && scheme != "http")
        return fail(errc::invalid, "the scheme must be https");
    text = text.substr(0, text.find_first_of("/?#"));
    if (text.contains('@'))
        return fail(errc::invalid, "no user or password in a site's address");

    auto where = split(text);
    if (!where)
        return std::unexpected(where.error());
    site_url out;
    out.is_tls_ = scheme == "https";
    if (!out.is_tls_ && !is_loopback(*where))
        return fail(errc::invalid, "plain http is only for a site on this machine: use https");
    const std::uint16_t standard = out.is_tls_ ? 443 : 80;
    const auto port = read_port(where->port, standard);
    if (!port)
        return std::unexpected(port.error());
    out.port_ = *port;
    out.host_ = std::move(where->host);
    out.text_ = scheme + "://" + (where->is_ipv6 ? '[' + out.host_ + ']' : out.host_);
    if (out.port_ != standard)
        out.text_ += ':' + std::to_string(out.port_);
    return out;
}

}  // namespace sgauth
