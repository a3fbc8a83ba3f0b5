// SPDX-License-Identifier: Apache-2.0
#include "tests/site/launcher.hpp"

#include "proto/json.hpp"
#include "tests/site/form.hpp"
#include "tests/site/model.hpp"
#include "tests/site/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sgauth::stand_in {

namespace {
constexpr std::size_t id_bytes = 8;

std::string_view name_of(launch_state state)
{
    switch (state) {
        case launch_state::pending:
            return "pending";
        case launch_state::approved:
            return "approved";
        case launch_state::denied:
            return "denied";
        case launch_state::delivered:
            return "delivered";
    }
    return "?";
}

http_reply switched_off(const site_settings& settings)
{
    if (settings.launcher_off_answer == "403html")
        return html_reply(403, "Forbidden", "No.");
    if (settings.launcher_off_answer == "404")
        return html_reply(404, "Not Found", "No such page.");
    return message_reply(403, "The App Session Launcher is disabled on this site.");
}

// The fields come as a form, or as JSON with the same names.
form_fields fields_of(const http_request& request)
{
    if (!request.header("content-type").starts_with("application/json"))
        return form_fields::parse(request.body);
    form_fields out;
    proto::json_document document;
    if (document.parse(request.body) == proto::json_fault::none)
        for (auto value : document.root())
            if (auto text = value.as_string())
                out.add(std::string(value.key()), std::string(*text));
    return out;
}

http_reply deliver(site_model& site, launch_request& request)
{
    auto* who = site.people.find_person(request.approver);
    if (!who || !who->is_active())
        return message_reply(404, "Not Found");
    request.state = launch_state::delivered;
    const auto& made =
        site.tokens.create(account_kind::human, who->id, who->login, site.settings, site.now());
    bool by_mail = site.settings.user_authentication_method == "oxygen" && !who->email.empty();
    std::string body;
    proto::json_writer out(body);
    out.begin_object().member("approved", true).member("sessionToken", made.token);
    out.member("userLogin", by_mail ? who->email : who->login);
    if (site.settings.launcher_extra_fields)
        out.member("newInThisVersion", 1).key("more").begin_array().null().end_array();
    out.end_object();
    return json_reply(std::move(body));
}
}  // namespace

launch_request& launcher::create(std::string app_name, std::string machine_id, site_time now)
{
    launch_request made;
    made.id = random_hex(id_bytes);
    made.app_name = std::move(app_name);
    made.machine_id = std::move(machine_id);
    made.created_at = now;
    return requests_.emplace_back(std::move(made));
}

launch_request* launcher::find(std::string_view id, std::int64_t lifetime_seconds, site_time now) noexcept
{
    auto found = std::ranges::find(requests_, id, &launch_request::id);
    if (found == requests_.end() || now - found->created_at >= std::chrono::seconds(lifetime_seconds))
        return nullptr;
    return &*found;
}

void launcher::write(proto::json_writer& out) const
{
    out.begin_array();
    for (const auto& each : requests_) {
        out.begin_object().member("id", each.id).member("app_name", each.app_name);
        out.member("machine_id", each.machine_id).member("polls", each.polls);
        out.member("state", name_of(each.state)).member("approver", each.approver).end_object();
    }
    out.end_array();
}

http_reply create_launch(site_model& site, const http_request& request)
{
    if (!site.settings.authentication_app_session_launcher_enabled)
        return switched_off(site.settings);
    auto fields = fields_of(request);
    std::string missing;
    for (const char* name : {"appName", "machineId"})
        if (!fields[name])
            missing += missing.empty() ? name : fmt::format(", {}", name);
    if (!missing.empty())
        return message_reply(400, "Missing params: " + missing);

    const auto& made = site.launches.create(
        std::string(fields.get("appName")), std::string(fields.get("machineId")), site.now()
    );
    const auto& origin =
        site.settings.launcher_origin.empty() ? site.base_url : site.settings.launcher_origin;
    std::string body;
    proto::json_writer out(body);
    out.begin_object().member("sessionRequestId", made.id);
    out.member("url", fmt::format("{0}/app_session_request/{1}?sticky_id={1}", origin, made.id));
    if (site.settings.launcher_extra_fields)
        out.member("newInThisVersion", 1);
    out.end_object();
    return json_reply(std::move(body));
}

http_reply poll_launch(site_model& site, std::string_view id)
{
    const auto& settings = site.settings;
    auto* request = site.launches.find(id, settings.launcher_seconds, site.now());
    if (!request)
        return message_reply(404, "Not Found");
    ++request->polls;
    if (request->state == launch_state::pending && settings.approve_after_polls >= 0 &&
        request->polls > settings.approve_after_polls) {
        const auto* who = site.people.find_person(settings.approve_as);
        request->approver = who ? who->id : 0;
        request->state = launch_state::approved;
    }
    switch (request->state) {
        case launch_state::pending:
            return json_reply(R"({"approved":false})");
        case launch_state::approved:
            return deliver(site, *request);
        case launch_state::denied:
        case launch_state::delivered:
            break;
    }
    return message_reply(404, "Not Found");
}

}  // namespace sgauth::stand_in
