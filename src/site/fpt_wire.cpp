// SPDX-License-Identifier: Apache-2.0
#include "src/site/fpt_wire.hpp"

#include "proto/json_writer.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace sgauth::fpt {

namespace {

using proto::json_writer;

http_request request_to(const char* method, const char* target)
{
    http_request out;
    out.method = method;
    out.target = target;
    out.headers.emplace_back("User-Agent", "sgauth/" SGAUTH_VERSION);
    return out;
}

// A JSON-RPC request. `foreign_bytes` is the size of all that comes from outside: the body must not grow
// while a secret is in it, and an escaped byte takes six.
http_request call(std::size_t foreign_bytes)
{
    auto out = request_to("POST", "/api3/json");
    out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    out.body.reserve(512 + 6 * foreign_bytes);
    return out;
}

struct condition {
    std::string_view path;
    std::string_view value;
};

void write_read(
    json_writer& out,
    std::string_view type,
    std::initializer_list<std::string_view> fields,
    const condition* where,
    int rows
)
{
    out.begin_object().member("type", type).key("return_fields").begin_array();
    for (const auto field : fields)
        out.string(field);
    out.end_array()
        .key("filters")
        .begin_object()
        .member("logical_operator", "and")
        .key("conditions")
        .begin_array();
    if (where) {
        out.begin_object().member("path", where->path).member("relation", "is");
        out.key("values").begin_array().string(where->value).end_array().end_object();
    }
    out.end_array().end_object().member("return_only", "active");
    out.key("paging").begin_object().member("entities_per_page", rows).member("current_page", 1).end_object();
    out.member("api_return_image_urls", true).member("return_paging_info_without_counts", false).end_object();
}

void open_call(json_writer& out, std::string_view method)
{
    out.begin_object().member("method_name", method).key("params").begin_array();
}

void write_session(json_writer& out, const session_token& token)
{
    out.begin_object().member("session_token", token.reveal()).member("reject_if_expired", true).end_object();
}

void write_script(json_writer& out, std::string_view name, const script_key& key)
{
    out.begin_object().member("script_name", name).member("script_key", key.reveal()).end_object();
}

http_request with_cookie(const char* method, const char* target, const session_token& token)
{
    constexpr std::string_view name = "_session_id=";
    auto out = request_to(method, target);
    std::string cookie;
    cookie.reserve(name.size() + token.size());
    cookie.append(name).append(token.reveal());
    out.headers.emplace_back("Cookie", std::move(cookie));
    return out;
}

}  // namespace

http_request info()
{
    auto out = call(0);
    json_writer writer(out.body);
    open_call(writer, "info");
    writer.end_array().end_object();
    return out;
}

http_request session_token_for(std::string_view login, const password& secret, const one_time_code* code)
{
    auto out = call(login.size() + secret.size() + (code ? code->size() : 0));
    out.again = resend::never;
    json_writer writer(out.body);
    open_call(writer, "get_session_token");
    writer.begin_object().member("user_login", login).member("user_password", secret.reveal());
    if (code)
        writer.member("auth_token", code->reveal());
    writer.end_object().end_array().end_object();
    return out;
}

http_request session_token_by_key(std::string_view name, const script_key& key)
{
    auto out = call(name.size() + key.size());
    out.again = resend::never;
    json_writer writer(out.body);
    open_call(writer, "get_session_token");
    write_script(writer, name, key);
    writer.end_array().end_object();
    return out;
}

http_request probe(const session_token& token)
{
    auto out = call(token.size());
    json_writer writer(out.body);
    open_call(writer, "read");
    write_session(writer, token);
    write_read(writer, "HumanUser", {"id"}, nullptr, 1);
    writer.end_array().end_object();
    return out;
}

http_request person(person_key key, std::string_view value, const session_token& token)
{
    auto out = call(value.size() + token.size());
    json_writer writer(out.body);
    open_call(writer, "read");
    write_session(writer, token);
    const condition where{key == person_key::login ? "login" : "email", value};
    write_read(
        writer, "HumanUser", {"id", "login", "email"}, &where, 2
    );  // a second one says that it is a guess
    writer.end_array().end_object();
    return out;
}

http_request script(std::string_view name, const script_key& key)
{
    auto out = call(2 * name.size() + key.size());
    json_writer writer(out.body);
    open_call(writer, "read");
    write_script(writer, name, key);
    const condition where{"firstname", name};
    write_read(writer, "ApiUser", {"id", "firstname"}, &where, 1);
    writer.end_array().end_object();
    return out;
}

http_request life(const session_token& token)
{
    auto out = with_cookie("GET", "/internal_api/session", token);
    out.headers.emplace_back("Accept", "application/json");
    return out;
}

http_request prolong(const session_token& token)
{
    auto out = with_cookie("POST", "/internal_api/session", token);
    out.headers.emplace_back("Accept", "application/json");
    return out;
}

http_request log_out(const session_token& token)
{
    return with_cookie("GET", "/user/logout", token);
}

bool fits_in_a_cookie(const session_token& token) noexcept
{
    return !token.empty() && std::ranges::all_of(token.reveal(), [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
    });
}

}  // namespace sgauth::fpt
