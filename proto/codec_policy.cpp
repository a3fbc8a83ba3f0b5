// SPDX-License-Identifier: Apache-2.0
//
// policy_messages.hpp, both ends.

#include "proto/codec.hpp"
#include "proto/codec_types.hpp"
#include "proto/envelope.hpp"
#include "proto/fields.hpp"
#include "proto/json_writer.hpp"
#include "proto/status.hpp"

namespace sgauth::proto {

std::string read(json_value parameters, test_policy_call& out)
{
    fields f(parameters);
    f.need("pid", out.pid).maybe("site", out.site).maybe("user", out.user).maybe("form", out.form);
    return f.strict_result();
}

void write_message(std::string& out, const test_policy_call& call)
{
    begin_call(out, agent_interface, test_policy_call::method, call_mode::once);
    json_writer json(out);
    json.begin_object();
    json.member("pid", call.pid)
        .member("site", call.site)
        .member("user", call.user)
        .member("form", call.form);
    json.end_object();
    end_message(out);
}

void write_message(std::string& out, const test_policy_reply& reply)
{
    begin_reply(out, false);
    json_writer json(out);
    json.begin_object();
    json.member("action", reply.action).member("rule", reply.rule).member("reason", reply.reason);
    json.member("site", reply.site).member("user", reply.user).member("form", reply.form);
    json.member("executable", reply.executable).member("unit", reply.unit).member("cgroup", reply.cgroup);
    json.member("foreign_namespace", reply.foreign_namespace).member("known", reply.is_known);
    json.end_object();
    end_message(out);
}

bool read(json_value parameters, test_policy_reply& out)
{
    fields f(parameters);
    f.need("action", out.action).maybe("rule", out.rule).need("reason", out.reason);
    f.maybe("site", out.site).maybe("user", out.user).need("form", out.form);
    f.need("executable", out.executable).need("unit", out.unit).need("cgroup", out.cgroup);
    f.need("foreign_namespace", out.foreign_namespace).need("known", out.is_known);
    return f.lenient_result();
}

}  // namespace sgauth::proto
