// SPDX-License-Identifier: Apache-2.0
#include "tests/site/accounts.hpp"

#include "tests/site/message.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sgauth::stand_in {

namespace {
api_fault wrong_password(std::string_view login)
{
    return {102, fmt::format("Can't authenticate user '{}'.", login)};
}

std::expected<void, api_fault> use_code(
    person& who, const std::string_view* code, const site_settings& settings
)
{
    if (!who.two_factor)
        return {};
    if (!code || code->empty())
        return std::unexpected(api_fault{106, "Missing argument for 2FA login"});
    auto found = std::ranges::find(who.codes, *code);
    if (found == who.codes.end())
        return std::unexpected(api_fault{static_cast<int>(settings.wrong_code_error), "Invalid 2FA code"});
    who.codes.erase(found);
    return {};
}

std::int64_t seconds_of(site_time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
}  // namespace

accounts::accounts()
{
    person jane;
    jane.id = 42;
    jane.login = "jane";
    jane.email = "jane@example.com";
    jane.name = "Jane Doe";
    jane.password = "jane-password";
    jane.two_factor = true;
    for (int n = 1; n <= 100; ++n)
        jane.codes.push_back(fmt::format("{:06}", 100'000 + n));
    jane.passphrase = "jane-passphrase";
    people_.push_back(std::move(jane));

    person bob;
    bob.id = 43;
    bob.login = "bob";
    bob.email = "bob@example.com";
    bob.name = "Bob Roe";
    bob.password = "bob-password";
    bob.passphrase = "bob-passphrase";
    people_.push_back(std::move(bob));

    scripts_.push_back({.id = 7, .name = "farm", .key = "farm-key"});
}

person* accounts::find_person(std::string_view login_or_email) noexcept
{
    for (auto& each : people_)
        if (same_ignoring_case(each.login, login_or_email))
            return &each;
    for (auto& each : people_)
        if (!each.email.empty() && same_ignoring_case(each.email, login_or_email))
            return &each;
    return nullptr;
}

person* accounts::find_person(std::int64_t id) noexcept
{
    auto found = std::ranges::find(people_, id, &person::id);
    return found == people_.end() ? nullptr : &*found;
}

script* accounts::find_script(std::string_view name) noexcept
{
    auto found = std::ranges::find(scripts_, name, &script::name);
    return found == scripts_.end() ? nullptr : &*found;
}

std::expected<person*, api_fault> accounts::check_password(
    std::string_view login,
    std::string_view password,
    const std::string_view* code,
    const site_settings& settings,
    site_time now
)
{
    auto* who = find_person(login);
    const auto& method = settings.user_authentication_method;
    if (method == "saml2" || method == "oxygen") {
        if (who && who->is_active() && who->passphrase && *who->passphrase == password)
            return who;
        if (method == "saml2")
            return std::unexpected(
                api_fault{108, "Login and password are not allowed on this single sign-on site."}
            );
        return std::unexpected(
            api_fault{110, "Use a personal access token's passphrase on this Autodesk Identity site."}
        );
    }
    if (!who || !who->is_active() || now < who->locked_until)
        return std::unexpected(wrong_password(login));
    if (who->password != password) {
        if (++who->failures >= settings.lockout_failures) {
            who->locked_until = now + std::chrono::seconds(settings.lockout_seconds);
            who->failures = 0;
        }
        return std::unexpected(wrong_password(login));
    }
    if (auto used = use_code(*who, code, settings); !used)
        return std::unexpected(used.error());
    who->failures = 0;
    return who;
}

std::expected<script*, api_fault> accounts::check_script(std::string_view name, std::string_view key)
{
    auto* found = find_script(name);
    if (!found || !found->is_active() || found->key != key)
        return std::unexpected(api_fault{102, fmt::format("Can't authenticate script '{}'", name)});
    return found;
}

std::string accounts::set_person(const proto::json_value& object)
{
    auto login = object["login"].as_string();
    if (!login || login->empty())
        return "login wants a string";
    person changed;
    auto* existing = find_person(*login);
    if (existing)
        changed = *existing;
    else
        changed.login = changed.name = std::string(*login);
    for (auto value : object) {
        auto text = value.as_string();
        auto flag = value.as_bool();
        auto name = value.key();
        if (name == "login") {
            continue;
        } else if (name == "id" && value.as_int()) {
            changed.id = *value.as_int();
        } else if (name == "email" && text) {
            changed.email = *text;
        } else if (name == "name" && text) {
            changed.name = *text;
        } else if (name == "password" && text) {
            changed.password = *text;
        } else if (name == "status" && text) {
            changed.status = *text;
        } else if (name == "passphrase" && text) {
            changed.passphrase = std::string(*text);
        } else if (name == "passphrase" && value.is_absent_or_null()) {
            changed.passphrase.reset();
        } else if (name == "two_factor" && flag) {
            changed.two_factor = *flag;
        } else if (name == "can_impersonate_this_user" && flag) {
            changed.can_impersonate_this_user = *flag;
        } else if (name == "locked" && flag) {
            changed.failures = 0;
            changed.locked_until = *flag ? site_time::max() : site_time{};
        } else if (name == "codes" && value.is(proto::json_kind::array)) {
            changed.codes.clear();
            for (auto code : value)
                changed.codes.emplace_back(code.as_string().value_or(""));
        } else {
            return fmt::format("{}: no such member, or not its type", name);
        }
    }
    if (changed.id == 0)
        changed.id = next_id_++;
    if (existing)
        *existing = std::move(changed);
    else
        people_.push_back(std::move(changed));
    return {};
}

std::string accounts::set_script(const proto::json_value& object)
{
    auto name = object["name"].as_string();
    if (!name || name->empty())
        return "name wants a string";
    auto* found = find_script(*name);
    if (!found) {
        scripts_.push_back({.id = next_id_++, .name = std::string(*name), .key = {}});
        found = &scripts_.back();
    }
    if (auto key = object["key"].as_string())
        found->key = *key;
    if (auto status = object["status"].as_string())
        found->status = *status;
    return {};
}

void accounts::write(proto::json_writer& out, site_time now) const
{
    out.begin_object().key("people").begin_array();
    for (const auto& each : people_) {
        out.begin_object().member("id", each.id).member("login", each.login).member("email", each.email);
        out.member("name", each.name).member("password", each.password).member("status", each.status);
        out.member("two_factor", each.two_factor).member("failures", each.failures);
        out.member("locked", now < each.locked_until).member("locked_until", seconds_of(each.locked_until));
        out.member("passphrase", each.passphrase).key("codes").begin_array();
        for (const auto& code : each.codes)
            out.string(code);
        out.end_array().end_object();
    }
    out.end_array().key("scripts").begin_array();
    for (const auto& each : scripts_) {
        out.begin_object().member("id", each.id).member("name", each.name);
        out.member("key", each.key).member("status", each.status).end_object();
    }
    out.end_array().end_object();
}

}  // namespace sgauth::stand_in
