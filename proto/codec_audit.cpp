// SPDX-License-Identifier: Apache-2.0
//
// audit_messages.hpp, both ends; an entry is written the same way into the ledger's file.

#include "proto/codec.hpp"
#include "proto/codec_types.hpp"
#include "proto/envelope.hpp"
#include "proto/fields.hpp"
#include "proto/json_writer.hpp"
#include "proto/status.hpp"

namespace sgauth::proto {

void write_members(json_writer& out, const audit_entry& e)
{
    out.member("number", e.number).member("at", e.at).member("event", e.event);
    out.member("pid", e.pid).member("uid", e.uid).member("executable", e.executable).member("unit", e.unit);
    out.member("session", e.session).member("site", e.site).member("user", e.user).member("form", e.form);
    out.member("state", e.state).member("error", e.error).member("reason", e.reason);
    out.member("count", e.count).member("until", e.until);
}

bool read_members(json_value object, audit_entry& out)
{
    fields f(object);
    f.need("number", out.number).need("at", out.at).need("event", out.event).maybe("pid", out.pid);
    f.maybe("uid", out.uid).maybe("executable", out.executable).maybe("unit", out.unit);
    f.maybe("session", out.session).maybe("site", out.site).maybe("user", out.user).maybe("form", out.form);
    f.maybe("state", out.state).maybe("error", out.error).maybe("reason", out.reason);
    return f.need("count", out.count).maybe("until", out.until).lenient_result();
}

void write_type(json_writer& out, const audit_entry& value)
{
    out.begin_object();
    write_members(out, value);
    out.end_object();
}

bool read_type(json_value value, audit_entry& out)
{
    return read_members(value, out);
}

void write(json_writer& out, const audit_entry& value)
{
    write_type(out, value);
}

std::string read(json_value parameters, audit_call& out)
{
    fields f(parameters);
    f.maybe("since", out.since).maybe("from", out.from).maybe("limit", out.limit);
    return f.strict_result();
}

void write_message(std::string& out, const audit_call& call)
{
    begin_call(out, agent_interface, audit_call::method, call_mode::once);
    json_writer json(out);
    json.begin_object().member("since", call.since).member("from", call.from).member("limit", call.limit);
    json.end_object();
    end_message(out);
}

void write_message(std::string& out, const audit_reply& reply)
{
    begin_reply(out, false);
    json_writer json(out);
    json.begin_object().member("sink", reply.sink);
    write_array(json, "entries", reply.entries);
    json.member("next", reply.next).member("broken", reply.broken).end_object();
    end_message(out);
}

bool read(json_value parameters, audit_reply& out)
{
    fields f(parameters);
    f.need("sink", out.sink).maybe("next", out.next).maybe("broken", out.broken);
    return f.lenient_result() && read_array(parameters["entries"], out.entries);
}

}  // namespace sgauth::proto
