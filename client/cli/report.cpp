// SPDX-License-Identifier: Apache-2.0
#include "client/cli/report.hpp"

#include "client/cli/output.hpp"
#include "client/cli/time_text.hpp"
#include "proto/json_writer.hpp"
#include "proto/utf8.hpp"

namespace sgauth::cli {

namespace {

// Where the general advice helps more than it tires: elsewhere the message says all there is.
bool wants_advice(const client::call_failure& why) noexcept
{
    const proto::status status = why.status;
    // A new login lasts no longer than its site's window, and what was asked for may.
    return why.error.name != proto::error_name::cannot_last &&
           (status == proto::status::no_session || status == proto::status::unreachable ||
            status == proto::status::denied || status == proto::status::no_daemon);
}

// The standard Varlink errors carry no message.
std::string message_of(const proto::error_reply& error)
{
    std::string message = proto::printable(error.message, 2000);
    if (message.empty())
        message = proto::printable(error.name);
    if (!error.subject.empty() && message.find(error.subject) == std::string::npos)
        message += ": " + proto::printable(error.subject);
    return message;
}

std::string choices_of(const proto::error_reply& error)
{
    std::string text;
    for (const std::string& item : error.items)
        if (error.message.find(item) == std::string::npos)
            text += (text.empty() ? "; one of " : ", ") + proto::printable(item);
    return text;
}

}  // namespace

client::call_failure failure(proto::status status, std::string_view name, std::string message)
{
    client::call_failure why;
    why.status = status;
    why.error.name = name;
    why.error.message = std::move(message);
    return why;
}

client::call_failure not_available(std::string_view what)
{
    return failure(
        proto::status::failed,
        proto::error_name::form_unavailable,
        std::string(what) + " not available in this version of sgauth"
    );
}

client::call_failure cancelled()
{
    return failure(proto::status::cancelled, proto::error_name::cancelled, "cancelled");
}

std::string failure_line(const client::call_failure& why, std::int64_t now, advice wanted)
{
    std::string line = message_of(why.error);
    if (why.error.name == proto::error_name::ambiguous)
        line += choices_of(why.error);
    if (why.error.longest_s && why.error.message.empty())  // a message says it already
        line += "; the longest to be had is " + duration_text(*why.error.longest_s);
    if (why.error.retry_at)
        line += "; the next try is allowed at " + moment_text(*why.error.retry_at) + " (" +
                until_text(*why.error.retry_at, now) + ")";
    if (!why.error.foreign.empty())
        line += "; the site says \"" + proto::printable(why.error.foreign) + "\"";
    // A message with a command in it is advice already.
    if (wanted == advice::given && wants_advice(why) && !why.error.retry_at &&
        line.find('`') == std::string::npos)
        line.append("; ").append(proto::advice(why.status));
    return line;
}

std::string failure_document(const client::call_failure& why)
{
    std::string text;
    proto::json_writer json(text);
    json.begin_object().member("error", why.error.name).member("message", message_of(why.error)).end_object();
    return text += '\n';
}

int report(const client::call_failure& why, as form, advice wanted)
{
    const int code = static_cast<int>(why.status);
    if (form == as::json)
        return print(failure_document(why), code);
    complain(failure_line(why, wall_now(), wanted));
    return code;
}

}  // namespace sgauth::cli
