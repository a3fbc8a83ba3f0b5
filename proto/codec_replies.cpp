// SPDX-License-Identifier: Apache-2.0
//
// Replies: how the daemon writes them and how a client reads them, side by side.

#include "proto/codec.hpp"
#include "proto/codec_types.hpp"
#include "proto/envelope.hpp"
#include "proto/fields.hpp"

namespace sgauth::proto {

namespace {

template <class Fill>
void write_reply(std::string& out, Fill fill, bool continues = false)
{
    begin_reply(out, continues);
    json_writer json(out);
    json.begin_object();
    fill(json);
    json.end_object();
    end_message(out);
}

template <class T>
void write_one(std::string& out, std::string_view name, const T& value)
{
    write_reply(out, [&](json_writer& json) {
        json.key(name);
        write_type(json, value);
    });
}

}  // namespace

void write_message(std::string& out, const get_user_reply& reply)
{
    write_one(out, "session", reply.session);
}

bool read(json_value parameters, get_user_reply& out)
{
    return read_type(parameters["session"], out.session);
}

void write_message(std::string& out, const get_credential_reply& reply)
{
    write_reply(out, [&](json_writer& json) {
        json.key("session");
        write_type(json, reply.session);
        json.member("form", reply.form).key("credential");
        write_type(json, reply.credential);
    });
}

bool read(json_value parameters, get_credential_reply& out)
{
    fields f(parameters);
    return f.need("form", out.form).lenient_result() && read_type(parameters["session"], out.session) &&
           read_type(parameters["credential"], out.credential);
}

void write_message(std::string& out, const report_rejected_reply& reply)
{
    write_one(out, "session", reply.session);
}

bool read(json_value parameters, report_rejected_reply& out)
{
    return read_type(parameters["session"], out.session);
}

void write_message(std::string& out, const begin_login_reply& reply)
{
    write_reply(out, [&](json_writer& json) {
        json.member("login", reply.login).key("step");
        write_type(json, reply.step);
    });
}

bool read(json_value parameters, begin_login_reply& out)
{
    fields f(parameters);
    return f.need("login", out.login).lenient_result() && read_type(parameters["step"], out.step);
}

void write_message(std::string& out, const answer_reply& reply)
{
    write_one(out, "step", reply.step);
}

bool read(json_value parameters, answer_reply& out)
{
    return read_type(parameters["step"], out.step);
}

void write_message(std::string& out, const lock_reply&)
{
    write_reply(out, [](json_writer&) {});
}

bool read(json_value parameters, lock_reply&)
{
    return fields(parameters).lenient_result();
}

void write_message(std::string& out, const cancel_login_reply&)
{
    write_reply(out, [](json_writer&) {});
}

void write_message(std::string& out, const list_reply& reply)
{
    write_reply(out, [&](json_writer& json) { write_array(json, "sessions", reply.sessions); });
}

bool read(json_value parameters, list_reply& out)
{
    return read_array(parameters["sessions"], out.sessions);
}

void write_message(std::string& out, const set_default_reply& reply)
{
    write_reply(out, [&](json_writer& json) {
        if (reply.session) {
            json.key("session");
            write_type(json, *reply.session);
        }
    });
}

bool read(json_value parameters, set_default_reply& out)
{
    return read_maybe(parameters["session"], out.session);
}

void write_message(std::string& out, const revoke_reply& reply)
{
    write_reply(out, [&](json_writer& json) { write_array(json, "revoked", reply.revoked); });
}

bool read(json_value parameters, revoke_reply& out)
{
    return read_array(parameters["revoked"], out.revoked);
}

void write_message(std::string& out, const watch_reply& reply)
{
    constexpr bool continues = true;
    write_reply(
        out,
        [&](json_writer& json) {
            json.member("event", reply.event);
            if (reply.session) {
                json.key("session");
                write_type(json, *reply.session);
            }
        },
        continues
    );
}

bool read(json_value parameters, watch_reply& out)
{
    fields f(parameters);
    return f.need("event", out.event).lenient_result() && read_maybe(parameters["session"], out.session);
}

void write_message(std::string& out, const status_reply& reply)
{
    write_reply(out, [&](json_writer& json) {
        json.member("version", reply.version).member("pid", reply.pid).member("started_at", reply.started_at);
        json.member("storage", reply.storage).member("locked", reply.locked);
        json.member("renewal_policy", reply.renewal_policy).member("sessions", reply.sessions);
        json.member("connections", reply.connections).member("default_site", reply.default_site);
        write_array(json, "sites", reply.sites);
        write_array(json, "settings", reply.settings);
        write_array(json, "problems", reply.problems);
        json.member("lock_reason", reply.lock_reason).member("passphrase", reply.passphrase);
        json.member("key_place", reply.key_place).member("key_place_why", reply.key_place_why);
        json.member("follows_desktop", reply.follows_desktop);
    });
}

bool read(json_value parameters, status_reply& out)
{
    fields f(parameters);
    f.need("version", out.version).need("pid", out.pid).need("started_at", out.started_at);
    f.need("storage", out.storage).need("locked", out.locked).need("renewal_policy", out.renewal_policy);
    f.need("sessions", out.sessions).need("connections", out.connections);
    f.maybe("default_site", out.default_site).need("problems", out.problems);
    f.maybe("lock_reason", out.lock_reason).maybe("passphrase", out.passphrase);
    f.maybe("key_place", out.key_place).maybe("key_place_why", out.key_place_why);
    f.maybe("follows_desktop", out.follows_desktop);
    return f.lenient_result() && read_array(parameters["sites"], out.sites) &&
           read_array(parameters["settings"], out.settings);
}

}  // namespace sgauth::proto
