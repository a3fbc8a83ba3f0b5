// SPDX-License-Identifier: Apache-2.0
#include "tests/site/message.hpp"

#include "proto/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sgauth::stand_in {

namespace {
char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::string_view http_request::header(std::string_view name) const noexcept
{
    for (const auto& each : headers)
        if (same_ignoring_case(each.name, name))
            return each.value;
    return {};
}

std::string_view http_request::cookie(std::string_view name) const noexcept
{
    auto rest = header("cookie");
    while (!rest.empty()) {
        auto end = rest.find(';');
        auto pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        while (pair.starts_with(' '))
            pair.remove_prefix(1);
        auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return pair.substr(equals + 1);
    }
    return {};
}

http_reply json_reply(std::string body, unsigned status)
{
    http_reply reply;
    reply.status = status;
    reply.body = std::move(body);
    return reply;
}

http_reply message_reply(unsigned status, std::string_view text)
{
    std::string body;
    proto::json_writer(body).begin_object().member("message", text).end_object();
    return json_reply(std::move(body), status);
}

http_reply html_reply(unsigned status, std::string_view title, std::string_view text)
{
    http_reply reply;
    reply.status = status;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title></head>\n"
        "<body><h1>{0}</h1>\n{1}\n</body></html>\n",
        title,
        text
    );
    return reply;
}

http_reply redirect_reply(std::string location, unsigned status)
{
    auto reply = html_reply(status, "Moved", "You are being redirected.");
    reply.headers.push_back({"Location", std::move(location)});
    return reply;
}

std::string_view reason_of(unsigned status) noexcept
{
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 407:
            return "Proxy Authentication Required";
        case 410:
            return "Gone";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Unknown";
    }
}

std::string head_of(const http_reply& reply, const std::size_t* length, bool keep_alive)
{
    auto out =
        fmt::format("HTTP/1.1 {} {}\r\nServer: fpt-stand-in\r\n", reply.status, reason_of(reply.status));
    if (!reply.content_type.empty())
        out += fmt::format("Content-Type: {}\r\n", reply.content_type);
    for (const auto& each : reply.headers)
        out += fmt::format("{}: {}\r\n", each.name, each.value);
    if (length)
        out += fmt::format("Content-Length: {}\r\n", *length);
    out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return out;
}

}  // namespace sgauth::stand_in
