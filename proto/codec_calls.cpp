// SPDX-License-Identifier: Apache-2.0
//
// Calls: how the daemon reads them and how a client writes them, side by side.

#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "proto/fields.hpp"
#include "proto/json_writer.hpp"
#include "proto/status.hpp"

namespace sgauth::proto {

namespace {

// Writes a call of our interface around what `fill` writes into its parameters.
template <class Call, class Fill>
void write_call(std::string& out, const Call&, call_mode mode, Fill fill)
{
    begin_call(out, agent_interface, Call::method, mode);
    json_writer json(out);
    json.begin_object();
    fill(json);
    json.end_object();
    end_message(out);
}

constexpr auto nothing = [](json_writer&) {};

std::string read_hints(json_value value, std::optional<hints>& out)
{
    if (value.is_absent_or_null())
        return {};
    if (!value.is(json_kind::object))
        return "hints";
    hints& h = out.emplace();
    fields f(value);
    f.maybe("login", h.login).maybe("method", h.method).maybe("product", h.product).maybe("seat", h.seat);
    return f.strict_result();
}

}  // namespace

std::string read(json_value parameters, get_user_call& out)
{
    fields f(parameters);
    return f.maybe("site", out.site).maybe("user", out.user).strict_result();
}

void write_message(std::string& out, const get_user_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("site", call.site).member("user", call.user);
    });
}

std::string read(json_value parameters, get_credential_call& out)
{
    fields f(parameters);
    f.maybe("site", out.site).maybe("user", out.user).need("forms", out.forms);
    f.maybe("min_valid_s", out.min_valid_s).maybe("prompt", out.prompt).maybe("timeout_ms", out.timeout_ms);
    if (out.forms.empty())
        f.blame("forms");
    return f.strict_result();
}

void write_message(std::string& out, const get_credential_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("site", call.site).member("user", call.user).key("forms").begin_array();
        for (const std::string& form : call.forms)
            json.string(form);
        json.end_array().member("min_valid_s", call.min_valid_s).member("prompt", call.prompt);
        json.member("timeout_ms", call.timeout_ms);
    });
}

std::string read(json_value parameters, report_rejected_call& out)
{
    fields f(parameters);
    f.need("id", out.id).need("generation", out.generation).maybe("timeout_ms", out.timeout_ms);
    return f.strict_result();
}

void write_message(std::string& out, const report_rejected_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("id", call.id)
            .member("generation", call.generation)
            .member("timeout_ms", call.timeout_ms);
    });
}

std::string read(json_value parameters, begin_login_call& out)
{
    fields f(parameters);
    f.maybe("site", out.site).maybe("user", out.user).maybe("method", out.login_method);
    f.maybe("script", out.script).maybe("default", out.make_default).maybe("again", out.again);
    f.maybe("share_key", out.share_key).maybe("prompt", out.prompt);
    const std::string bad_hint = read_hints(f.note("hints"), out.hints);
    if (!bad_hint.empty())
        f.blame(bad_hint);
    return f.strict_result();
}

void write_message(std::string& out, const begin_login_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("site", call.site).member("user", call.user).member("method", call.login_method);
        json.member("script", call.script).member("default", call.make_default).member("again", call.again);
        json.member("share_key", call.share_key).member("prompt", call.prompt);
        if (call.hints) {
            json.key("hints").begin_object().member("login", call.hints->login);
            json.member("method", call.hints->method).member("product", call.hints->product);
            json.member("seat", call.hints->seat).end_object();
        }
    });
}

std::string read(json_value parameters, answer_call& out)
{
    fields f(parameters);
    f.need("login", out.login).maybe("value", out.value).maybe("timeout_ms", out.timeout_ms);
    return f.strict_result();
}

void write_message(std::string& out, const answer_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("login", call.login);
        if (call.value)
            json.key("value").string(call.value->reveal());
        json.member("timeout_ms", call.timeout_ms);
    });
}

std::string read(json_value parameters, cancel_login_call& out)
{
    fields f(parameters);
    return f.need("login", out.login).strict_result();
}

void write_message(std::string& out, const cancel_login_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) { json.member("login", call.login); });
}

std::string read(json_value parameters, set_default_call& out)
{
    fields f(parameters);
    return f.maybe("site", out.site).maybe("user", out.user).strict_result();
}

void write_message(std::string& out, const set_default_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("site", call.site).member("user", call.user);
    });
}

std::string read(json_value parameters, revoke_call& out)
{
    fields f(parameters);
    f.maybe("site", out.site).maybe("user", out.user).maybe("id", out.id).maybe("all", out.all);
    return f.maybe("local", out.local).maybe("timeout_ms", out.timeout_ms).strict_result();
}

void write_message(std::string& out, const revoke_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("site", call.site)
            .member("user", call.user)
            .member("id", call.id)
            .member("all", call.all);
        json.member("local", call.local).member("timeout_ms", call.timeout_ms);
    });
}

std::string read(json_value parameters, lock_call& out)
{
    return fields(parameters).maybe("passphrase", out.passphrase).strict_result();
}

void write_message(std::string& out, const lock_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        if (call.passphrase)
            json.key("passphrase").string(call.passphrase->reveal());
    });
}

std::string read(json_value parameters, unlock_call& out)
{
    fields f(parameters);
    f.maybe("passphrase", out.passphrase).maybe("prompt", out.prompt);
    return f.maybe("timeout_ms", out.timeout_ms).strict_result();
}

void write_message(std::string& out, const unlock_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        if (call.passphrase)
            json.key("passphrase").string(call.passphrase->reveal());
        json.member("prompt", call.prompt).member("timeout_ms", call.timeout_ms);
    });
}

std::string read(json_value parameters, change_vault_call& out)
{
    fields f(parameters);
    f.maybe("place", out.place).maybe("passphrase", out.passphrase);
    return f.maybe("reset", out.reset).strict_result();
}

void write_message(std::string& out, const change_vault_call& call)
{
    write_call(out, call, call_mode::once, [&](json_writer& json) {
        json.member("place", call.place);
        if (call.passphrase)
            json.key("passphrase").string(call.passphrase->reveal());
        json.member("reset", call.reset);
    });
}

std::string read(json_value parameters, list_call&)
{
    return fields(parameters).strict_result();
}

void write_message(std::string& out, const list_call& call)
{
    write_call(out, call, call_mode::once, nothing);
}

std::string read(json_value parameters, watch_call&)
{
    return fields(parameters).strict_result();
}

void write_message(std::string& out, const watch_call& call)
{
    write_call(out, call, call_mode::more, nothing);
}

std::string read(json_value parameters, status_call&)
{
    return fields(parameters).strict_result();
}

void write_message(std::string& out, const status_call& call)
{
    write_call(out, call, call_mode::once, nothing);
}

}  // namespace sgauth::proto
