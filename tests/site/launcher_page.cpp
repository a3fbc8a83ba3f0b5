// SPDX-License-Identifier: Apache-2.0
#include "tests/site/launcher_page.hpp"

#include "tests/site/form.hpp"
#include "tests/site/web_session.hpp"

#include <fmt/format.h>

namespace sgauth::stand_in {

namespace {
http_reply question(const launch_request& asked, const session_record& by)
{
    return html_reply(
        200,
        "Allow this application?",
        fmt::format(
            "<p>{} on {} wants to act as {}.</p>\n"
            "<form method=\"post\" action=\"/app_session_request/{}\">\n"
            "<button type=\"submit\" name=\"decision\" value=\"approve\">Approve</button>\n"
            "<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\n</form>",
            escape_html(asked.app_name),
            escape_html(asked.machine_id),
            escape_html(by.login),
            escape_html(asked.id)
        )
    );
}

http_reply decide(launch_request& asked, const session_record& by, std::string_view decision)
{
    if (decision == "approve") {
        asked.approver = by.account_id;
        asked.state = launch_state::approved;
        return html_reply(200, "Approved", "<p>You may close this page.</p>");
    }
    if (decision == "deny") {
        asked.state = launch_state::denied;
        return html_reply(200, "Denied", "<p>You may close this page.</p>");
    }
    return html_reply(400, "Bad Request", "<p>No decision.</p>");
}
}  // namespace

http_reply launch_page_reply(site_model& site, const http_request& request, std::string_view id)
{
    auto* by = live_web_session(site, request);
    if (!by || by->kind != account_kind::human)
        return redirect_reply(fmt::format(
            "{}/user/login?return_path=/app_session_request/{}", site.base_url, percent_encode(id)
        ));
    auto* asked = site.launches.find(id, site.settings.launcher_seconds, site.now());
    if (!asked || asked->state != launch_state::pending)
        return html_reply(404, "Not Found", "<p>The request is over.</p>");
    if (request.method == "POST")
        return decide(*asked, *by, form_fields::parse(request.body).get("decision"));
    return question(*asked, *by);
}

}  // namespace sgauth::stand_in
