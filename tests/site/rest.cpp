// SPDX-License-Identifier: Apache-2.0
#include "tests/site/rest.hpp"

#include "proto/json.hpp"
#include "tests/site/authenticate.hpp"
#include "tests/site/entities.hpp"
#include "tests/site/form.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace sgauth::stand_in {

namespace {
// A mint with a session token writes the session's last use at most this often (facts/fptr.md I).
constexpr auto mint_slide_granularity = std::chrono::seconds(300);
constexpr std::string_view sudo_scope = "sudo_as_login:";

struct rest_error {
    unsigned status = 400;
    std::optional<int> code;
    std::string title;
    bool names_code = false;  // source: {"auth_token": ...}
};

http_reply error_reply(const rest_error& what)
{
    std::string body;
    proto::json_writer out(body);
    out.begin_object().key("errors").begin_array().begin_object().member("id", random_hex(16));
    out.member("status", what.status).member_or_null("code", what.code).member("title", what.title);
    out.key("source");
    if (what.names_code)
        out.begin_object().member("auth_token", "missing for 2FA login").end_object();
    else
        out.null();
    out.key("detail").null().key("meta").null().end_object().end_array().end_object();
    return json_reply(std::move(body), what.status);
}

std::int64_t seconds_of(site_time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string host_of(const site_model& site)
{
    return site.base_url.substr(site.base_url.find("://") + 3);
}

// What a bearer or a refresh token says about its owner.
struct claims {
    std::string_view type;  // HumanUser, ApiUser
    std::int64_t id = 0;
    std::string auth_type;
    std::optional<std::string> sudo_as_login;
    std::optional<std::string> session_uuid;
};

std::string make_token(
    site_model& site, const claims& whose, std::int64_t seconds, std::string_view use, std::string_view jti
)
{
    auto now = seconds_of(site.now());
    std::string payload;
    proto::json_writer out(payload);
    out.begin_object().member("iss", "fpt-stand-in").member("aud", host_of(site));
    out.member("exp", now + seconds).member("iat", now).member("jti", jti);
    out.key("user").begin_object().member("type", whose.type).member("id", whose.id).end_object();
    out.member_or_null("sudo_as_login", whose.sudo_as_login).member("auth_type", whose.auth_type);
    out.member_or_null("session_uuid", whose.session_uuid);
    if (!use.empty())
        out.member("use", use);
    out.end_object();
    return sign_jwt(payload, site.rest.key);
}

http_reply mint(site_model& site, const claims& whose)
{
    ++site.rest.minted;
    auto refresh_id = random_hex(16);
    site.rest.live_refresh.insert(refresh_id);
    std::string body;
    proto::json_writer out(body);
    out.begin_object().member("token_type", "Bearer");
    out.member("access_token", make_token(site, whose, site.settings.bearer_seconds, "", random_hex(16)));
    out.member("expires_in", site.settings.bearer_seconds);
    out.member(
        "refresh_token", make_token(site, whose, site.settings.refresh_seconds, "refresh", refresh_id)
    );
    out.end_object();
    return json_reply(std::move(body));
}

http_reply authenticated(site_model& site, const credentials& shown, const form_fields& form)
{
    auto who = authenticate(site, shown);
    if (!who) {
        const auto& fault = who.error();
        return error_reply({400, fault.code, fault.message, fault.code == 106 && !shown.code});
    }
    if (who->session)
        sessions::use(*who->session, mint_slide_granularity, site.now());
    claims whose;
    whose.type = who->kind == account_kind::human ? "HumanUser" : "ApiUser";
    whose.id = who->id;
    whose.auth_type = who->auth_type;
    if (shown.sudo_as_login)
        whose.sudo_as_login = who->login;
    if (auto uuid = form["session_uuid"])
        whose.session_uuid = std::string(*uuid);
    return mint(site, whose);
}

bool is_active(site_model& site, const claims& whose)
{
    if (whose.type == "HumanUser") {
        const auto* who = site.people.find_person(whose.id);
        return who && who->is_active();
    }
    for (const auto& each : site.people.scripts())
        if (each.id == whose.id)
            return each.is_active();
    return false;
}

// The claims of a token that is signed by us, of that use, and not over.
std::optional<claims> verify(site_model& site, std::string_view token, std::string_view use, std::string& jti)
{
    auto payload = verify_jwt(token, site.rest.key);
    proto::json_document document;
    if (!payload || document.parse(*payload) != proto::json_fault::none)
        return std::nullopt;
    auto in = document.root();
    if (in["use"].as_string().value_or("") != use || in["exp"].as_int().value_or(0) <= seconds_of(site.now()))
        return std::nullopt;
    jti = in["jti"].as_string().value_or("");
    claims whose;
    whose.type = in["user"]["type"].as_string() == "HumanUser" ? "HumanUser" : "ApiUser";
    whose.id = in["user"]["id"].as_int().value_or(0);
    whose.auth_type = in["auth_type"].as_string().value_or("");
    if (auto sudo = in["sudo_as_login"].as_string())
        whose.sudo_as_login = std::string(*sudo);
    if (!is_active(site, whose))
        return std::nullopt;
    return whose;
}

http_reply refresh(site_model& site, const form_fields& form)
{
    std::string jti;
    auto whose = verify(site, form.get("refresh_token"), "refresh", jti);
    if (!whose || !site.rest.live_refresh.contains(jti))
        return error_reply({401, std::nullopt, "Unauthorized"});
    if (site.settings.refresh_rotation)
        site.rest.live_refresh.erase(jti);
    return mint(site, *whose);
}

http_reply token_endpoint(site_model& site, const http_request& request)
{
    auto type = request.header("content-type");
    type = type.substr(0, type.find(';'));
    bool is_form = type.empty() || type == "application/x-www-form-urlencoded";
    if (type == "application/json" && !request.body.empty() && request.body.front() != '{')
        return error_reply({400, 103, "Invalid JSON body"});
    if (!is_form && !(request.body.empty() && type != "text/plain"))
        return error_reply({415, 103, fmt::format("Unsupported Content-Type '{}'", type)});
    auto form = form_fields::parse(request.query + "&" + request.body);

    credentials shown;
    auto scope = form.get("scope");
    if (scope.starts_with(sudo_scope))
        shown.sudo_as_login = scope.substr(sudo_scope.size());
    auto grant = form.get("grant_type");
    if (grant == "password") {
        shown.login = form["username"];
        shown.password = form["password"];
        shown.code = form["auth_token"];
    } else if (grant == "client_credentials") {
        shown.script_name = form["client_id"];
        shown.script_key = form["client_secret"];
    } else if (grant == "session_token") {
        shown.session_token = form["session_token"];
    } else if (grant == "refresh_token" || grant == "refresh") {
        return refresh(site, form);
    } else {
        return error_reply({400, 103, "Unsupported grant_type"});
    }
    return authenticated(site, shown, form);
}

http_reply root(const site_model& site)
{
    const auto& settings = site.settings;
    std::string version;
    for (auto number : settings.version)
        version += fmt::format("{}{}", version.empty() ? "v" : ".", number);
    std::string body;
    proto::json_writer out(body);
    out.begin_object().key("data").begin_object();
    out.member("shotgun_version", version + ".9724 (build stand-in)").member("api_version", "1.0");
    out.member("unified_login_flow_enabled", settings.unified_login_flow_enabled);
    out.member(
        "authentication_app_session_launcher_enabled", settings.authentication_app_session_launcher_enabled
    );
    out.member("user_authentication_method", settings.user_authentication_method);
    out.member("site_id", 1).member("site_name", "stand-in").member("os", "Linux");
    out.end_object().end_object();
    return json_reply(std::move(body));
}

// GET /api/v1/entity/human_users/ID and api_users/ID, with a bearer.
http_reply resource(site_model& site, const http_request& request, std::string_view rest)
{
    auto bearer = request.header("authorization");
    std::string jti;
    if (!bearer.starts_with("Bearer ") || !verify(site, bearer.substr(7), "", jti))
        return error_reply({401, std::nullopt, "Unauthorized"});
    std::int64_t id = 0;
    auto slash = rest.find('/');
    auto number = slash == rest.npos ? std::string_view() : rest.substr(slash + 1);
    std::from_chars(number.data(), number.data() + number.size(), id);
    const auto* who = rest.starts_with("human_users/") ? site.people.find_person(id) : nullptr;
    if (!who)
        return error_reply({404, 104, "Not Found"});
    std::string body;
    proto::json_writer out(body);
    out.begin_object().key("data").begin_object().member("type", "HumanUser").member("id", who->id);
    out.key("attributes").begin_object().member("login", who->login).member("name", who->name);
    out.end_object().end_object().end_object();
    return json_reply(std::move(body));
}
}  // namespace

http_reply rest_reply(site_model& site, const http_request& request)
{
    std::string_view path = request.path;
    for (std::string_view version : {"/api/v1.1", "/api/v1"}) {
        if (!path.starts_with(version))
            continue;
        auto rest = path.substr(version.size());
        if ((rest.empty() || rest == "/") && request.method == "GET")
            return root(site);
        if (rest == "/auth/access_token" && request.method == "POST")
            return token_endpoint(site, request);
        if (rest.starts_with("/entity/") && request.method == "GET")
            return resource(site, request, rest.substr(8));
        break;
    }
    return error_reply({404, 104, "Not Found"});
}

}  // namespace sgauth::stand_in
