// SPDX-License-Identifier: Apache-2.0
#include "src/site/reply_parser.hpp"

#include "proto/json.hpp"
#include "src/site/http_trouble.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace sgauth::fpt {

namespace {

using proto::json_document;
using proto::json_kind;
using proto::json_value;

std::unexpected<site_trouble> not_fpt(std::string detail)
{
    return in_trouble(trouble::not_fpt, std::move(detail));
}

// The reply's JSON object, in `document`; trouble for everything else.
site_answer<json_value> read_object(const http_reply& reply, json_document& document)
{
    if (auto found = http_trouble(reply))
        return std::unexpected(std::move(*found));
    if (!is_json(reply))
        return not_fpt("the answer is not JSON: perhaps a captive portal or a login page");
    if (reply.body.empty())
        return not_fpt("the answer is empty");
    if (reply.body.size() > max_reply_body)
        return not_fpt("the answer is larger than 1 MiB");
    if (document.parse(reply.body) != proto::json_fault::none)
        return not_fpt("the answer is broken JSON");
    if (!document.root().is(json_kind::object))
        return not_fpt("the answer is no JSON object");
    return document.root();
}

// The only place where a credential can end: `exception` is true, nothing else that may pass for it.
std::optional<refusal> refusal_of(const json_value& body)
{
    if (body["exception"].as_bool() != true)
        return std::nullopt;
    switch (body["error_code"].as_int().value_or(0)) {
        case 102:
            return refusal::rejected;
        case 106:
            return refusal::code_needed;
        case 108:
            return refusal::password_not_allowed;
        case 110:
            return refusal::token_needed;
        default:
            return std::nullopt;
    }
}

bool is_fault(const json_value& body)
{
    const json_value exception = body["exception"];
    return !exception.is_absent_or_null() && exception.as_bool() != false;
}

std::string fault_text(const json_value& body)
{
    const auto code = body["error_code"].as_int();
    return code ? "the site answered with API fault " + std::to_string(*code)
                : "the site answered with an API fault";
}

// Which refusals a call can be given. 106, 108 and 110 are about passwords: to a session they would say
// nothing.
enum class accepts { every_refusal, rejection_only };

// `results` of a call that may be refused; the document outlives what is returned.
site_verdict<json_value> read_results(const http_reply& reply, json_document& document, accepts which)
{
    const auto body = read_object(reply, document);
    if (!body)
        return std::unexpected(body.error());
    if (is_fault(*body)) {
        const auto message = (*body)["message"].as_string().value_or("");
        const auto kind = refusal_of(*body);
        if (kind && (which == accepts::every_refusal || *kind == refusal::rejected))
            return std::expected<json_value, site_refusal>(
                std::unexpected(site_refusal{*kind, std::string(message)})
            );
        return in_trouble(trouble::fault, fault_text(*body), message);
    }
    const json_value results = (*body)["results"];
    if (!results.is(json_kind::object))
        return not_fpt("the answer has no results");
    return std::expected<json_value, site_refusal>(results);
}

// "8.89.0" of [8, 89, 0]; empty if that is no version. A fourth part, "Dev", is left out.
std::string version_text(const json_value& parts)
{
    std::string out;
    std::size_t count = 0;
    for (const json_value part : parts) {
        const auto number = part.as_int();
        if (count == 3 || !number || *number < 0)
            break;
        out += (count++ ? "." : "") + std::to_string(*number);
    }
    return out;
}

// The method's name as far as it is a word; else it is not said. It ends up in front ends.
std::string method_word(const json_value& value)
{
    const std::string_view word = value.as_string().value_or("");
    const bool is_word = word.size() <= 32 && std::ranges::all_of(word, [](char c) {
                             return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                         });
    return std::string(is_word ? word : "");
}

site_verdict<std::optional<site_identity>> read_one(
    const http_reply& reply, std::string_view type, std::string_view name_field
)
{
    using found = std::expected<std::optional<site_identity>, site_refusal>;
    json_document document;
    const auto results = read_results(reply, document, accepts::rejection_only);
    if (!results)
        return std::unexpected(results.error());
    if (!*results)
        return found(std::unexpected(results->error()));
    const json_value entities = (**results)["entities"];
    if (!entities.is(json_kind::array))
        return not_fpt("the answer has no entities");
    if (entities.size() == 0)
        return found(std::nullopt);
    if (entities.size() > 1)
        return in_trouble(trouble::fault, "several at the site go by that name");
    const json_value first = *entities.begin();
    const auto id = first["id"].as_int();
    if (first["type"].as_string() != type || !id || *id <= 0)
        return not_fpt("the answer names no " + std::string(type));
    site_identity who;
    who.id = *id;
    who.login = first[name_field].as_string().value_or("");
    who.email = first["email"].as_string().value_or("");
    return found(std::move(who));
}

std::optional<wall_time> as_wall(const json_value& value)
{
    // Seconds as integers in all samples; beyond year 9999 it is no time of a session.
    const auto seconds = value.as_int();
    if (!seconds || *seconds <= 0 || *seconds > 253'402'300'799)
        return std::nullopt;
    return wall_time(std::chrono::seconds(*seconds));
}

std::optional<session_life> read_session(const json_value& body)
{
    const json_value app = body["app"];
    const auto created = as_wall(app["createdAt"]);
    auto expires = as_wall(app["expiresAt"]);
    if (!expires)
        expires = as_wall(body["expiresAt"]);
    if (!created || !expires)
        return std::nullopt;
    session_life out;
    out.created_at = *created;
    out.expires_at = *expires;
    out.forced_end = as_wall(app["forceExpiresAt"]);
    out.expired = body["expired"].as_bool().value_or(false);
    return out;
}

// What a web server says where the call does not exist, or is not for API clients.
bool lacks_call(unsigned status)
{
    return status == 400 || status == 403 || status == 404 || status == 405 || status == 406 || status == 410;
}

// The site's own "no such session" is JSON (C.7); a proxy's or a web server's 401 is a page.
bool is_sites_401(const http_reply& reply)
{
    json_document document;
    return reply.status == 401 && is_json(reply) && reply.body.size() <= max_reply_body &&
           document.parse(reply.body) == proto::json_fault::none && document.root().is(json_kind::object);
}

}  // namespace

site_answer<site_info> read_info(const http_reply& reply)
{
    json_document document;
    const auto body = read_object(reply, document);
    if (!body)
        return std::unexpected(body.error());
    if (is_fault(*body))
        return in_trouble(trouble::fault, fault_text(*body), (*body)["message"].as_string().value_or(""));
    const json_value wrapped = (*body)["results"];
    const json_value info = wrapped ? wrapped : *body;
    site_info out;
    out.version = version_text(info["version"]);
    if (out.version.empty())
        return not_fpt("the answer to info has no version");
    out.login_method = method_word(info["user_authentication_method"]);
    out.has_unified_login = info["unified_login_flow_enabled"].as_bool().value_or(false);
    out.has_browser_login = info["authentication_app_session_launcher_enabled"].as_bool().value_or(false);
    return out;
}

site_verdict<session_token> read_session_token(const http_reply& reply)
{
    using given = std::expected<session_token, site_refusal>;
    json_document document;
    const auto results = read_results(reply, document, accepts::every_refusal);
    if (!results)
        return std::unexpected(results.error());
    if (!*results)
        return given(std::unexpected(results->error()));
    const auto token = (**results)["session_id"].as_string();
    if (!token || token->empty())
        return not_fpt("the answer has no session_id");
    return given(session_token(*token));
}

site_verdict<void> read_probe(const http_reply& reply)
{
    using said = std::expected<void, site_refusal>;
    json_document document;
    const auto results = read_results(reply, document, accepts::rejection_only);
    if (!results)
        return std::unexpected(results.error());
    if (!*results)
        return said(std::unexpected(results->error()));
    if (!(**results)["entities"].is(json_kind::array))
        return not_fpt("the answer has no entities");
    return said();
}

site_verdict<std::optional<site_identity>> read_person(const http_reply& reply)
{
    return read_one(reply, "HumanUser", "login");
}

site_verdict<std::optional<site_identity>> read_script(const http_reply& reply)
{
    return read_one(reply, "ApiUser", "firstname");
}

site_answer<life_answer> read_life(const http_reply& reply)
{
    if (is_sites_401(reply))
        return life_answer{life_word::dead, std::nullopt};
    if (lacks_call(reply.status))
        return life_answer{};
    if (auto found = http_trouble(reply))
        return std::unexpected(std::move(*found));
    json_document document;
    const auto body = read_object(reply, document);
    if (!body)
        return life_answer{};
    auto life = read_session(*body);
    if (!life)
        return life_answer{};
    // Some sites answer for a dead session too. A licence's end is another clock, which says nothing about
    // ours.
    const bool is_dead =
        life->expired && (*body)["expirationReason"].as_string().value_or("session") == "session";
    return life_answer{is_dead ? life_word::dead : life_word::alive, life};
}

site_answer<bool> read_prolong(const http_reply& reply)
{
    if (lacks_call(reply.status))
        return false;
    if (auto found = http_trouble(reply))
        return std::unexpected(std::move(*found));
    json_document document;
    const auto body = read_object(reply, document);
    return body && (*body)["message"].as_string() == "OK";
}

site_answer<void> read_log_out(const http_reply& reply)
{
    const bool is_redirect = reply.status >= 300 && reply.status < 400;
    if (is_redirect || reply.status == 401 || reply.status == 404)
        return {};
    if (auto found = http_trouble(reply))
        return std::unexpected(std::move(*found));
    return {};
}

}  // namespace sgauth::fpt
