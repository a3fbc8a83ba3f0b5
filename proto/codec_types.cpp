// SPDX-License-Identifier: Apache-2.0
#include "proto/codec_types.hpp"

#include "proto/codec.hpp"
#include "proto/fields.hpp"

namespace sgauth::proto {

void write_type(json_writer& out, const session_info& value)
{
    out.begin_object().member("id", value.id).member("site", value.site).member("kind", value.kind);
    out.member("user", value.user).member("state", value.state).member("reason", value.reason);
    out.member("default", value.is_default).member("created_at", value.created_at);
    out.member("verified_at", value.verified_at).member("expires_at", value.expires_at);
    out.member("generation", value.generation).end_object();
}

bool read_type(json_value value, session_info& out)
{
    fields f(value);
    f.need("id", out.id).need("site", out.site).need("kind", out.kind).need("user", out.user);
    f.need("state", out.state).maybe("reason", out.reason).need("default", out.is_default);
    f.need("created_at", out.created_at).maybe("verified_at", out.verified_at);
    f.maybe("expires_at", out.expires_at).need("generation", out.generation);
    return f.lenient_result();
}

void write(json_writer& out, const session_info& session)
{
    out.begin_object().member("id", session.id).member("site", session.site).member("kind", session.kind);
    out.member("user", session.user).member("state", session.state).member_or_null("reason", session.reason);
    out.member("default", session.is_default).member("created_at", session.created_at);
    out.member_or_null("verified_at", session.verified_at).member_or_null("expires_at", session.expires_at);
    out.member("generation", session.generation).end_object();
}

void write_type(json_writer& out, const credential& value)
{
    out.begin_object();
    if (value.token)
        out.key("token").string(value.token->reveal());
    out.member("script_name", value.script_name);
    if (value.script_key)
        out.key("script_key").string(value.script_key->reveal());
    if (value.bearer)
        out.key("bearer").string(value.bearer->reveal());
    out.end_object();
}

bool read_type(json_value value, credential& out)
{
    if (!value.is(json_kind::object))
        return false;
    fields f(value);
    f.maybe("token", out.token).maybe("script_name", out.script_name);
    return f.maybe("script_key", out.script_key).maybe("bearer", out.bearer).lenient_result();
}

void write_type(json_writer& out, const step& value)
{
    out.begin_object().member("kind", value.kind).member("field", value.field).member("preset", value.preset);
    if (!value.choices.empty()) {
        out.key("choices").begin_array();
        for (const choice& c : value.choices)
            out.begin_object().member("value", c.value).member("label", c.label).end_object();
        out.end_array();
    }
    out.member("url", value.url);
    if (value.session) {
        out.key("session");
        write_type(out, *value.session);
    }
    out.member("error", value.error).member("message", value.message).member("foreign", value.foreign);
    out.end_object();
}

bool read_type(json_value value, step& out)
{
    fields f(value);
    f.need("kind", out.kind).maybe("field", out.field).maybe("preset", out.preset).maybe("url", out.url);
    f.maybe("error", out.error).maybe("message", out.message).maybe("foreign", out.foreign);
    const json_value choices = value["choices"];
    if (!choices.is_absent_or_null() && !choices.is(json_kind::array))
        return false;
    out.choices.clear();
    for (const json_value item : choices) {
        choice& c = out.choices.emplace_back();
        fields g(item);
        if (!g.need("value", c.value).need("label", c.label).lenient_result())
            return false;
    }
    return f.lenient_result() && read_maybe(value["session"], out.session);
}

void write_type(json_writer& out, const revoked& value)
{
    out.begin_object().member("id", value.id).member("site", value.site).member("user", value.user);
    out.member("kind", value.kind).member("at_site", value.at_site);
    out.member("accepted_until", value.accepted_until).end_object();
}

bool read_type(json_value value, revoked& out)
{
    fields f(value);
    f.need("id", out.id).need("site", out.site).need("user", out.user).need("kind", out.kind);
    return f.need("at_site", out.at_site).maybe("accepted_until", out.accepted_until).lenient_result();
}

void write(json_writer& out, const revoked& value)
{
    out.begin_object().member("id", value.id).member("site", value.site).member("user", value.user);
    out.member("at_site", value.at_site).member_or_null("accepted_until", value.accepted_until).end_object();
}

void write_type(json_writer& out, const site_status& value)
{
    out.begin_object().member("site", value.site).member("sessions", value.sessions);
    out.member("idle_window_s", value.idle_window_s).member("idle_window_from", value.idle_window_from);
    out.member("renewal", value.renewal).end_object();
}

bool read_type(json_value value, site_status& out)
{
    fields f(value);
    f.need("site", out.site).need("sessions", out.sessions).need("idle_window_s", out.idle_window_s);
    return f.need("idle_window_from", out.idle_window_from).need("renewal", out.renewal).lenient_result();
}

void write_type(json_writer& out, const setting& value)
{
    out.begin_object().member("key", value.key).member("value", value.value).member("source", value.source);
    out.end_object();
}

bool read_type(json_value value, setting& out)
{
    fields f(value);
    return f.need("key", out.key).need("value", out.value).need("source", out.source).lenient_result();
}

}  // namespace sgauth::proto
