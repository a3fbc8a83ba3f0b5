// SPDX-License-Identifier: Apache-2.0
#include "tests/site/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

namespace sgauth::stand_in {

namespace {
struct entry {
    std::string_view name;
    std::variant<bool site_settings::*, std::int64_t site_settings::*, std::string site_settings::*> member;
    std::array<std::string_view, 4> choices{};  // of a string; all empty: any
};

using self = site_settings;
const entry entries[] = {
    {"user_authentication_method", &self::user_authentication_method, {"default", "ldap", "saml2", "oxygen"}},
    {"unified_login_flow_enabled", &self::unified_login_flow_enabled},
    {"authentication_app_session_launcher_enabled", &self::authentication_app_session_launcher_enabled},
    {"api_max_entities_per_page", &self::api_max_entities_per_page},
    {"info_in_results", &self::info_in_results},
    {"omit_info", &self::omit_info},
    {"session_seconds", &self::session_seconds},
    {"slide_granularity_seconds", &self::slide_granularity_seconds},
    {"read_slides", &self::read_slides},
    {"force_expires_seconds", &self::force_expires_seconds},
    {"one_session_per_login", &self::one_session_per_login},
    {"wrong_code_error", &self::wrong_code_error},
    {"lockout_failures", &self::lockout_failures},
    {"lockout_seconds", &self::lockout_seconds},
    {"people_visible", &self::people_visible},
    {"web_session", &self::web_session},
    {"expired_web_answer", &self::expired_web_answer, {"401", "expired"}},
    {"expiration_reason", &self::expiration_reason, {"session", "license"}},
    {"logout", &self::logout, {"absent", "ends", "ignored"}},
    {"launcher_seconds", &self::launcher_seconds},
    {"approve_after_polls", &self::approve_after_polls},
    {"approve_as", &self::approve_as},
    {"launcher_off_answer", &self::launcher_off_answer, {"403json", "403html", "404"}},
    {"launcher_origin", &self::launcher_origin},
    {"launcher_extra_fields", &self::launcher_extra_fields},
    {"refresh_rotation", &self::refresh_rotation},
    {"bearer_seconds", &self::bearer_seconds},
    {"refresh_seconds", &self::refresh_seconds},
};

std::string set_one(site_settings& to, const entry& which, const proto::json_value& value)
{
    if (auto member = std::get_if<bool self::*>(&which.member)) {
        if (!value.as_bool())
            return fmt::format("{} wants true or false", which.name);
        to.** member = *value.as_bool();
    } else if (auto number = std::get_if<std::int64_t self::*>(&which.member)) {
        if (!value.as_int())
            return fmt::format("{} wants an integer", which.name);
        to.** number = *value.as_int();
    } else if (auto text = std::get_if<std::string self::*>(&which.member)) {
        auto given = value.as_string();
        if (!given)
            return fmt::format("{} wants a string", which.name);
        if (!which.choices[0].empty() && std::ranges::find(which.choices, *given) == which.choices.end())
            return fmt::format("{} has no such choice", which.name);
        to.** text = std::string(*given);
    }
    return {};
}

std::string set_version(site_settings& to, const proto::json_value& value)
{
    std::vector<std::int64_t> numbers;
    for (auto each : value) {
        if (!each.as_int())
            return "version wants an array of integers";
        numbers.push_back(*each.as_int());
    }
    if (numbers.empty())
        return "version wants an array of integers";
    to.version = std::move(numbers);
    return {};
}
}  // namespace

std::string site_settings::apply(const proto::json_value& object)
{
    if (!object.is(proto::json_kind::object))
        return "settings want an object";
    auto changed = *this;
    for (auto value : object) {
        auto found = std::ranges::find(entries, value.key(), &entry::name);
        std::string wrong;
        if (value.key() == "version")
            wrong = set_version(changed, value);
        else if (found == std::end(entries))
            wrong = fmt::format("no setting {}", value.key());
        else
            wrong = set_one(changed, *found, value);
        if (!wrong.empty())
            return wrong;
    }
    *this = std::move(changed);
    return {};
}

void site_settings::write(proto::json_writer& out) const
{
    out.begin_object().key("version").begin_array();
    for (auto number : version)
        out.integer(number);
    out.end_array();
    for (const auto& each : entries)
        std::visit([&](auto member) { out.member(each.name, this->*member); }, each.member);
    out.end_object();
}

}  // namespace sgauth::stand_in
