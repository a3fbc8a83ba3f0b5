// SPDX-License-Identifier: Apache-2.0
#include "src/site/http_text.hpp"

#include <openssl/evp.h>

#include <cassert>
#include <cstddef>
#include <string_view>

namespace sgauth {

namespace {

// `host:port` for Host, where the scheme's own port is left out, and for CONNECT, where it never is (RFC
// 9110 9.3.6).
enum class port_shown { always, unless_standard };
std::string authority(const site_url& site, port_shown which)
{
    std::string out = site.text().substr(site.text().find("//") + 2);
    const bool has_port = out.find(':', out.rfind(']') + 1) != out.npos;
    if (which == port_shown::always && !has_port)
        out += ':' + std::to_string(site.port());
    return out;
}

void append_header(std::string& out, std::string_view name, std::string_view value)
{
    assert(value.find_first_of("\r\n") == value.npos);  // it would begin another header
    out.append(name).append(": ").append(value).append("\r\n");
}

wiped_text basic_credentials(const proxy& via)
{
    std::string plain;
    plain.reserve(via.user.size() + via.secret.size() + 1);
    plain.append(via.user).append(":").append(via.secret.reveal());
    std::string out(4 * ((plain.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(plain.data()),
        static_cast<int>(plain.size())
    );
    wipe(plain);
    out.resize(static_cast<std::size_t>(size));
    return wiped_text(std::move(out));
}

}  // namespace

wiped_text request_text(const http_request& request, const site_url& site)
{
    std::size_t size = 512 + site.text().size() + request.target.size() + request.body.size();
    for (const auto& [name, value] : request.headers)
        size += name.size() + value.size() + 4;
    std::string out;
    out.reserve(size);  // it must not grow while a secret is in it
    out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    append_header(out, "Host", authority(site, port_shown::unless_standard));
    append_header(out, "Connection", "keep-alive");
    if (request.method != "GET")
        append_header(out, "Content-Length", std::to_string(request.body.size()));
    for (const auto& [name, value] : request.headers)
        append_header(out, name, value);
    out.append("\r\n").append(request.body);
    return wiped_text(std::move(out));
}

wiped_text connect_text(const site_url& site, const proxy& via)
{
    const std::string target = authority(site, port_shown::always);
    std::string out;
    out.reserve(512 + 2 * target.size() + 2 * (via.user.size() + via.secret.size()));
    out.append("CONNECT ").append(target).append(" HTTP/1.1\r\n");
    append_header(out, "Host", target);
    append_header(out, "User-Agent", "sgauth/" SGAUTH_VERSION);
    if (!via.user.empty()) {
        const wiped_text credentials = basic_credentials(via);
        out.append("Proxy-Authorization: Basic ").append(credentials.get()).append("\r\n");
    }
    out.append("\r\n");
    return wiped_text(std::move(out));
}

}  // namespace sgauth
