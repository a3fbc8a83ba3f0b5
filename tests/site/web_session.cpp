// SPDX-License-Identifier: Apache-2.0
#include "tests/site/web_session.hpp"

#include "tests/site/authenticate.hpp"
#include "tests/site/form.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sgauth::stand_in {

namespace {
constexpr auto licence_lease = std::chrono::hours(24);
constexpr std::int64_t notice_seconds = 900;

std::int64_t seconds_of(site_time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

http_reply not_found()
{
    return html_reply(404, "Not Found", "No such page.");
}

std::string life_of(const site_model& site, const session_record& session)
{
    auto expires = seconds_of(session.expires_at(site.settings));
    auto forced = session.forced_end(site.settings);
    std::string body;
    proto::json_writer out(body);
    out.begin_object().key("app").begin_object();
    out.member("createdAt", seconds_of(session.created_at)).member("expiresAt", expires);
    out.member_or_null("forceExpiresAt", forced ? std::optional(seconds_of(*forced)) : std::nullopt);
    out.end_object().key("license").begin_object();
    out.member("createdAt", seconds_of(session.licence_at));
    out.member("expiresAt", seconds_of(session.licence_at + licence_lease)).end_object();
    // Which clock a site reports when is not known (facts/fptr.md J.7): the setting chooses.
    const bool is_licence = site.settings.expiration_reason == "license";
    out.member("expirationReason", site.settings.expiration_reason);
    out.member(
        "expired",
        is_licence ? site.now() >= session.licence_at + licence_lease
                   : session.is_expired(site.settings, site.now())
    );
    out.member("expiresAt", expires).member("notifyAt", expires - notice_seconds);
    out.member("sessionInitUrl", site.base_url + "/forge/init_auth").end_object();
    return body;
}

// Where to go after a login: a path of this site, never another's address.
std::string safe_return_path(std::string_view path)
{
    bool is_ours =
        path.starts_with('/') && !path.starts_with("//") && path.find_first_of("\r\n\\") == path.npos;
    return is_ours ? std::string(path) : "/user/home";
}

http_reply login_page(unsigned status, std::string_view return_path, std::string_view note)
{
    return html_reply(
        status,
        "Log in",
        fmt::format(
            "<p>{}</p>\n<form method=\"post\" action=\"/user/login\">\n"
            "<input type=\"hidden\" name=\"return_path\" value=\"{}\">\n"
            "<label>Login <input name=\"login\"></label>\n"
            "<label>Password <input name=\"password\" type=\"password\"></label>\n"
            "<label>Code <input name=\"code\"></label>\n"
            "<button type=\"submit\" name=\"submit\">Log in</button>\n</form>",
            escape_html(note),
            escape_html(return_path)
        )
    );
}

// A person at the login page passes whatever the site uses: the password stands for single sign-on as well.
http_reply log_in(site_model& site, const http_request& request)
{
    auto form = form_fields::parse(request.body);
    auto settings = site.settings;
    settings.user_authentication_method = "default";
    auto code = form["code"];
    auto who = site.people.check_password(
        form.get("login"), form.get("password"), code ? &*code : nullptr, settings, site.now()
    );
    if (!who)
        return login_page(200, form.get("return_path"), who.error().message);
    const auto& made =
        site.tokens.create(account_kind::human, (*who)->id, (*who)->login, site.settings, site.now());
    auto reply = redirect_reply(site.base_url + safe_return_path(form.get("return_path")));
    reply.headers.push_back({"Set-Cookie", fmt::format("_session_id={}; path=/; HttpOnly", made.token)});
    return reply;
}

http_reply log_out(site_model& site, const http_request& request)
{
    if (site.settings.logout == "absent")
        return not_found();
    if (auto* session = live_web_session(site, request); session && site.settings.logout == "ends")
        session->revoked = true;
    return redirect_reply(site.base_url + "/user/login");
}
}  // namespace

session_record* live_web_session(site_model& site, const http_request& request)
{
    auto* session = site.tokens.find(request.cookie("_session_id"));
    return session && !session->is_expired(site.settings, site.now()) ? session : nullptr;
}

http_reply internal_api_reply(site_model& site, const http_request& request)
{
    bool is_session = request.path == "/internal_api/session";
    bool is_renewal = request.path == "/internal_api/autodesk_identity/license_renewal";
    if (!site.settings.web_session || (!is_session && !is_renewal) ||
        (request.method != "POST" && !(is_session && request.method == "GET")))
        return not_found();

    auto* session = site.tokens.find(request.cookie("_session_id"));
    bool is_expired = session && session->is_expired(site.settings, site.now());
    bool tells_expired = request.method == "GET" && site.settings.expired_web_answer == "expired";
    if (!session || (is_expired && !tells_expired))
        return message_reply(401, "Unauthorized");
    if (request.method == "GET")
        return json_reply(life_of(site, *session));

    session->slid_at = session->last_used = site.now();
    if (is_renewal) {
        // Both ends move to a day from now, whatever the site's window is.
        session->licence_at = site.now();
        session->slid_at += licence_lease - std::chrono::seconds(site.settings.session_seconds);
    }
    return message_reply(200, "OK");
}

http_reply user_page_reply(site_model& site, const http_request& request)
{
    if (request.path == "/user/logout" && request.method == "GET")
        return log_out(site, request);
    if (request.path == "/user/login" && request.method == "GET")
        return login_page(200, form_fields::parse(request.query).get("return_path"), "");
    if (request.path == "/user/login" && request.method == "POST")
        return log_in(site, request);
    if (request.path == "/user/home") {
        auto* session = live_web_session(site, request);
        if (!session)
            return redirect_reply(site.base_url + "/user/login");
        return html_reply(200, "Home", fmt::format("<p id=\"login\">{}</p>", escape_html(session->login)));
    }
    return not_found();
}

}  // namespace sgauth::stand_in
