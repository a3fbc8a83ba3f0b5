// SPDX-License-Identifier: Apache-2.0
//
// question_messages.hpp, both ends.

#include "proto/codec.hpp"
#include "proto/envelope.hpp"
#include "proto/fields.hpp"
#include "proto/json_writer.hpp"
#include "proto/status.hpp"

namespace sgauth::proto {

std::string read(json_value parameters, watch_questions_call&)
{
    return fields(parameters).strict_result();
}

void write_message(std::string& out, const watch_questions_call&)
{
    begin_call(out, agent_interface, watch_questions_call::method, call_mode::more);
    json_writer(out).begin_object().end_object();
    end_message(out);
}

void write_message(std::string& out, const watch_questions_reply& reply)
{
    constexpr bool continues = true;
    begin_reply(out, continues);
    json_writer json(out);
    json.begin_object();
    json.member("event", reply.event).member("id", reply.id);
    json.member("executable", reply.executable).member("pid", reply.pid).member("unit", reply.unit);
    json.member("site", reply.site).member("user", reply.user).member("form", reply.form);
    json.member("rule", reply.rule).member("reason", reply.reason).member("asked_at", reply.asked_at);
    json.end_object();
    end_message(out);
}

bool read(json_value parameters, watch_questions_reply& out)
{
    fields f(parameters);
    f.need("event", out.event).maybe("id", out.id);
    f.maybe("executable", out.executable).maybe("pid", out.pid).maybe("unit", out.unit);
    f.maybe("site", out.site).maybe("user", out.user).maybe("form", out.form);
    f.maybe("rule", out.rule).maybe("reason", out.reason).maybe("asked_at", out.asked_at);
    return f.lenient_result();
}

std::string read(json_value parameters, answer_question_call& out)
{
    fields f(parameters);
    return f.need("id", out.id).need("yes", out.yes).strict_result();
}

void write_message(std::string& out, const answer_question_call& call)
{
    begin_call(out, agent_interface, answer_question_call::method, call_mode::once);
    json_writer json(out);
    json.begin_object().member("id", call.id).member("yes", call.yes).end_object();
    end_message(out);
}

void write_message(std::string& out, const answer_question_reply&)
{
    begin_reply(out, false);
    json_writer(out).begin_object().end_object();
    end_message(out);
}

}  // namespace sgauth::proto
