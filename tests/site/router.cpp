// SPDX-License-Identifier: Apache-2.0
#include "tests/site/router.hpp"

#include "proto/json.hpp"
#include "tests/site/control.hpp"
#include "tests/site/json_rpc.hpp"
#include "tests/site/launcher.hpp"
#include "tests/site/launcher_page.hpp"
#include "tests/site/rest.hpp"
#include "tests/site/web_session.hpp"

namespace sgauth::stand_in {

namespace {
constexpr std::string_view rpc_path = "/api3/json";
constexpr std::string_view launch_path = "/internal_api/app_session_request";
constexpr std::string_view page_path = "/app_session_request/";

http_reply rpc_reply(
    site_model& site,
    const http_request& request,
    const proto::json_document& body,
    std::string_view whoami_as
)
{
    if (request.method != "POST")
        return html_reply(405, "Method Not Allowed", "POST only.");
    if (!body.root().is(proto::json_kind::object))
        return html_reply(400, "Bad Request", "The body is no JSON object.");
    return answer_json_rpc(site, body.root(), whoami_as);
}

http_reply launch_reply(site_model& site, const http_request& request)
{
    std::string_view rest = std::string_view(request.path).substr(launch_path.size());
    if (rest.empty() && request.method == "POST")
        return create_launch(site, request);
    if (rest.starts_with('/') && request.method == "PUT")
        return poll_launch(site, rest.substr(1));
    return html_reply(404, "Not Found", "No such page.");
}

http_reply dispatch(
    site_model& site,
    const http_request& request,
    const proto::json_document& body,
    std::string_view whoami_as
)
{
    std::string_view path = request.path;
    if (path == rpc_path)
        return rpc_reply(site, request, body, whoami_as);
    if (path.starts_with(launch_path))
        return launch_reply(site, request);
    if (path.starts_with("/internal_api/"))
        return internal_api_reply(site, request);
    if (path.starts_with(page_path))
        return launch_page_reply(site, request, path.substr(page_path.size()));
    if (path.starts_with("/user/"))
        return user_page_reply(site, request);
    if (path.starts_with("/api/"))
        return rest_reply(site, request);
    if (path == "/" && request.method == "GET")
        return redirect_reply(site.base_url + "/user/login");
    return html_reply(404, "Not Found", "No such page.");
}
}  // namespace

bool is_control(const http_request& request) noexcept
{
    return request.path.starts_with("/control/");
}

outcome answer(site_model& site, const http_request& request)
{
    if (is_control(request))
        return {.reply = answer_control(site, request)};

    proto::json_document body;
    if (request.path == rpc_path && body.parse(request.body) != proto::json_fault::none)
        body.clear();
    auto rpc_method = body.root()["method_name"].as_string().value_or("");
    site.seen.count(request, rpc_method);
    auto fault = site.armed.take(request, rpc_method);
    auto perform = [&] { return dispatch(site, request, body, fault ? fault->login : std::string_view()); };
    return fault ? spoil(*fault, site.base_url, perform) : outcome{.reply = perform()};
}

}  // namespace sgauth::stand_in
