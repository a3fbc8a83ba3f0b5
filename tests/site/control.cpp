// SPDX-License-Identifier: Apache-2.0
#include "tests/site/control.hpp"

#include "proto/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sgauth::stand_in {

namespace {
using proto::json_value;

// What a verb says: empty for "done", else what is wrong.
using verb_function = std::string (*)(site_model&, const json_value&);

std::string arm_fault(site_model& site, const json_value& in)
{
    return site.armed.add(in);
}

std::string clear_faults(site_model& site, const json_value&)
{
    site.armed.clear();
    site.release_held();
    return {};
}

std::string release(site_model& site, const json_value&)
{
    site.release_held();
    return {};
}

std::string change_settings(site_model& site, const json_value& in)
{
    return site.settings.apply(in);
}

std::string set_person(site_model& site, const json_value& in)
{
    return site.people.set_person(in);
}

std::string set_script(site_model& site, const json_value& in)
{
    return site.people.set_script(in);
}

std::string advance(site_model& site, const json_value& in)
{
    auto seconds = in["seconds"].as_number();
    if (!seconds || *seconds < 0 || *seconds > 1e9)
        return "seconds wants a number";
    site.clock_offset += std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
    return {};
}

std::string choose(const json_value& in, std::string_view& token, std::string_view& login)
{
    token = in["token"].as_string().value_or("");
    login = in["login"].as_string().value_or("");
    if (token.empty() && login.empty() && !in["all"].as_bool().value_or(false))
        return "token, login or all wants a value";
    return {};
}

std::string expire(site_model& site, const json_value& in)
{
    std::string_view token, login;
    if (auto wrong = choose(in, token, login); !wrong.empty())
        return wrong;
    auto count = site.tokens.expire(token, login, site.settings, site.now());
    return count > 0 ? std::string() : "no such session";
}

std::string revoke(site_model& site, const json_value& in)
{
    std::string_view token, login;
    if (auto wrong = choose(in, token, login); !wrong.empty())
        return wrong;
    return site.tokens.revoke(token, login) > 0 ? std::string() : "no such session";
}

launch_request* chosen_launch(site_model& site, const json_value& in)
{
    auto id = in["id"].as_string();
    return id ? site.launches.find(*id, site.settings.launcher_seconds, site.now()) : site.launches.latest();
}

std::string approve(site_model& site, const json_value& in)
{
    auto* request = chosen_launch(site, in);
    auto* who = site.people.find_person(in["login"].as_string().value_or(""));
    if (!request || !who)
        return request ? "login wants an account" : "no such request";
    request->approver = who->id;
    request->state = launch_state::approved;
    return {};
}

std::string deny(site_model& site, const json_value& in)
{
    auto* request = chosen_launch(site, in);
    if (!request)
        return "no such request";
    request->state = launch_state::denied;
    return {};
}

std::string forget(site_model& site, const json_value&)
{
    site.launches.forget_all();
    return {};
}

std::string plan_connections(site_model& site, const json_value& in)
{
    auto plan = site.accepting;
    if (auto certificate = in["certificate"].as_string())
        plan.certificate = *certificate;
    if (auto on_accept = in["on_accept"].as_string())
        plan.on_accept = *on_accept;
    plan.count = in["count"].as_int().value_or(in["count"].as_string() == "all" ? -1 : 1);
    constexpr std::string_view certificates[] = {"good", "wrong_host", "untrusted", "expired"};
    constexpr std::string_view plans[] = {"serve", "close", "silent", "refuse"};
    if (std::ranges::find(certificates, plan.certificate) == std::end(certificates))
        return "no such certificate";
    if (std::ranges::find(plans, plan.on_accept) == std::end(plans))
        return "no such plan";
    site.accepting = std::move(plan);
    site.accepting_changed();
    return {};
}

std::string reset_counters(site_model& site, const json_value&)
{
    site.seen.reset();
    return {};
}

std::string reset(site_model& site, const json_value&)
{
    site.release_held();
    site.armed.clear();
    site.settings = site.initial_settings;
    site.people = {};
    site.tokens = {};
    site.launches = {};
    site.rest = {};
    site.accepting = {};
    site.accepting_changed();
    site.clock_offset = {};
    site.seen.reset();
    return {};
}

std::string nothing(site_model&, const json_value&)
{
    return {};
}

struct verb {
    std::string_view name;
    verb_function run;
};
constexpr verb verbs[] = {
    {"state", nothing},
    {"fault", arm_fault},
    {"clear_faults", clear_faults},
    {"release", release},
    {"settings", change_settings},
    {"person", set_person},
    {"script", set_script},
    {"advance", advance},
    {"expire", expire},
    {"revoke", revoke},
    {"approve", approve},
    {"deny", deny},
    {"forget_launches", forget},
    {"connections", plan_connections},
    {"reset_counters", reset_counters},
    {"reset", reset},
};

std::string state_of(const site_model& site)
{
    std::string body;
    proto::json_writer out(body);
    out.begin_object().member("url", site.base_url);
    out.member("now_ms", site.now().time_since_epoch().count());
    site.seen.write(out.key("counters"));
    site.tokens.write(out.key("sessions"), site.settings, site.now());
    site.launches.write(out.key("launches"));
    site.armed.write(out.key("faults"));
    out.key("rest").begin_object().member("minted", site.rest.minted);
    out.member("live_refresh_tokens", site.rest.live_refresh.size()).end_object();
    out.key("connections").begin_object().member("certificate", site.accepting.certificate);
    out.member("on_accept", site.accepting.on_accept).member("count", site.accepting.count).end_object();
    site.settings.write(out.key("settings"));
    site.people.write(out.key("accounts"), site.now());
    out.end_object();
    return body;
}

http_reply refused(unsigned status, std::string_view why)
{
    std::string body;
    proto::json_writer(body).begin_object().member("error", why).end_object();
    return json_reply(std::move(body), status);
}
}  // namespace

http_reply answer_control(site_model& site, const http_request& request)
{
    if (site.control_secret.empty() || request.header("x-control") != site.control_secret)
        return refused(403, "the header X-Control is missing or wrong");
    auto name = std::string_view(request.path).substr(std::string_view("/control/").size());
    auto found = std::ranges::find(verbs, name, &verb::name);
    if (found == std::end(verbs))
        return refused(404, fmt::format("no verb {}", name));
    proto::json_document document;
    if (!request.body.empty() && document.parse(request.body) != proto::json_fault::none)
        return refused(400, "the body is no JSON");
    if (auto wrong = found->run(site, document.root()); !wrong.empty())
        return refused(400, wrong);
    return json_reply(name == "state" ? state_of(site) : R"({"done":true})");
}

}  // namespace sgauth::stand_in
