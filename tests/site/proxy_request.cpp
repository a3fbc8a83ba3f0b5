// SPDX-License-Identifier: Apache-2.0
#include "tests/site/proxy_request.hpp"

#include "proto/json_writer.hpp"
#include "tests/site/message.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace sgauth::stand_in {

namespace {
std::string basic_credentials(const proxy_rule& rule)
{
    auto plain = rule.user + ":" + rule.password;
    std::string out((plain.size() + 2) / 3 * 4 + 1, '\0');
    auto size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(plain.data()),
        static_cast<int>(plain.size())
    );
    out.resize(static_cast<std::size_t>(size));
    return "Basic " + out;
}

std::string_view header_of(std::string_view head, std::string_view name)
{
    while (!head.empty()) {
        auto end = head.find("\r\n");
        auto line = head.substr(0, end);
        head = end == head.npos ? std::string_view() : head.substr(end + 2);
        auto colon = line.find(':');
        if (colon == line.npos || !same_ignoring_case(line.substr(0, colon), name))
            continue;
        auto value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        return value;
    }
    return {};
}
}  // namespace

proxy_verdict judge(std::string_view head, const proxy_rule& rule)
{
    proxy_verdict out;
    auto line = head.substr(0, head.find("\r\n"));
    auto first = line.find(' ');
    auto second = line.rfind(' ');
    if (first == line.npos || second == first || !line.substr(second + 1).starts_with("HTTP/1."))
        return out;
    if (line.substr(0, first) != "CONNECT") {
        out.status = 405;
        return out;
    }
    auto target = line.substr(first + 1, second - first - 1);
    auto colon = target.rfind(':');
    if (colon == target.npos || colon == 0 || colon + 1 == target.size())
        return out;
    out.host = std::string(target.substr(0, colon));
    out.port = std::string(target.substr(colon + 1));
    bool may_pass = rule.user.empty() || header_of(head, "proxy-authorization") == basic_credentials(rule);
    out.status = may_pass ? 200 : 407;
    return out;
}

std::string reply_head(unsigned status)
{
    if (status == 200)
        return "HTTP/1.1 200 Connection established\r\n\r\n";
    auto out = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_of(status));
    if (status == 407)
        out += "Proxy-Authenticate: Basic realm=\"stand-in\"\r\n";
    return out + "Content-Length: 0\r\nConnection: close\r\n\r\n";
}

void proxy_counts::add(unsigned status) noexcept
{
    ++requests;
    ++(status == 200 ? tunnels : status == 407 ? denied : failed);
}

void proxy_counts::write(std::string& out) const
{
    proto::json_writer writer(out);
    writer.begin_object().member("requests", requests).member("tunnels", tunnels).member("denied", denied);
    writer.member("failed", failed).member("last_target", last_target).end_object();
}

}  // namespace sgauth::stand_in
