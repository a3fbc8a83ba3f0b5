// SPDX-License-Identifier: Apache-2.0
#include "tests/site/json_rpc.hpp"

#include "tests/site/authenticate.hpp"
#include "tests/site/entities.hpp"

#include <fmt/format.h>

namespace sgauth::stand_in {

namespace {
http_reply fault_reply(const api_fault& fault)
{
    std::string body;
    proto::json_writer out(body);
    out.begin_object().member("exception", true).member("error_code", fault.code);
    out.member("message", fault.message).end_object();
    return json_reply(std::move(body));
}

// Whether `name` is one of the words of a list with commas.
bool lists(std::string_view list, std::string_view name)
{
    while (!list.empty()) {
        auto end = list.find(',');
        if (list.substr(0, end) == name)
            return true;
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    }
    return false;
}

void write_version(proto::json_writer& out, std::string_view name, const std::vector<std::int64_t>& numbers)
{
    out.key(name).begin_array();
    for (auto number : numbers)
        out.integer(number);
    out.end_array();
}

http_reply info(const site_settings& settings)
{
    std::string body;
    proto::json_writer out(body);
    auto wanted = [&](std::string_view name) { return !lists(settings.omit_info, name); };
    if (settings.info_in_results)
        out.begin_object().key("results");
    out.begin_object();
    if (wanted("version"))
        write_version(out, "version", settings.version);
    if (wanted("full_version")) {
        auto full = settings.version;
        full.push_back(9724);
        write_version(out, "full_version", full);
    }
    if (wanted("user_authentication_method"))
        out.member("user_authentication_method", settings.user_authentication_method);
    if (wanted("unified_login_flow_enabled"))
        out.member("unified_login_flow_enabled", settings.unified_login_flow_enabled);
    if (wanted("authentication_app_session_launcher_enabled"))
        out.member(
            "authentication_app_session_launcher_enabled",
            settings.authentication_app_session_launcher_enabled
        );
    if (wanted("api_max_entities_per_page"))
        out.member("api_max_entities_per_page", settings.api_max_entities_per_page);
    out.end_object();
    if (settings.info_in_results)
        out.end_object();
    return json_reply(std::move(body));
}

credentials credentials_of(const proto::json_value& auth)
{
    credentials shown;
    shown.login = auth["user_login"].as_string();
    shown.password = auth["user_password"].as_string();
    shown.code = auth["auth_token"].as_string();
    shown.script_name = auth["script_name"].as_string();
    shown.script_key = auth["script_key"].as_string();
    shown.session_token = auth["session_token"].as_string();
    shown.sudo_as_login = auth["sudo_as_login"].as_string();
    shown.reject_if_expired = auth["reject_if_expired"].as_bool().value_or(false);
    return shown;
}

http_reply get_session_token(site_model& site, const identity& who)
{
    std::string body;
    proto::json_writer out(body);
    out.begin_object().key("results").begin_object().member("session_id", session_for(site, who));
    out.end_object().end_object();
    return json_reply(std::move(body));
}

proto::json_value element(const proto::json_value& array, std::size_t index)
{
    for (auto each : array)
        if (index-- == 0)
            return each;
    return {};
}
}  // namespace

http_reply answer_json_rpc(site_model& site, const proto::json_value& body, std::string_view whoami_as)
{
    auto method = body["method_name"].as_string();
    if (!method)
        return fault_reply({103, "no method_name"});
    if (*method == "info")
        return info(site.settings);
    if (*method != "get_session_token" && *method != "read")
        return fault_reply({103, fmt::format("API method {} does not exist", *method)});

    auto who = authenticate(site, credentials_of(element(body["params"], 0)));
    if (!who)
        return fault_reply(who.error());
    if (*method == "get_session_token")
        return get_session_token(site, *who);

    if (who->session && !who->session->is_expired(site.settings, site.now())) {
        std::optional<std::chrono::seconds> granularity;
        if (site.settings.read_slides)
            granularity = std::chrono::seconds(site.settings.slide_granularity_seconds);
        sessions::use(*who->session, granularity, site.now());
    }
    auto rows = read_entities(site, element(body["params"], 1), whoami_as);
    return rows ? json_reply(std::move(*rows)) : fault_reply(rows.error());
}

}  // namespace sgauth::stand_in
