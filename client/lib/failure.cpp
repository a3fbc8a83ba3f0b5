// SPDX-License-Identifier: Apache-2.0
#include "client/lib/failure.hpp"

#include <string_view>
#include <utility>

namespace sgauth::client {

namespace {

bool fail(call_failure& why, proto::status status, std::string_view name, std::string message)
{
    why = {};
    why.status = status;
    why.error.name = name;
    why.error.message = std::move(message);
    return false;
}

}  // namespace

bool fail_no_daemon(call_failure& why, std::string message)
{
    return fail(why, proto::status::no_daemon, no_daemon_name, std::move(message));
}

bool fail_timed_out(call_failure& why)
{
    return fail(
        why,
        proto::status::unreachable,
        proto::error_name::timed_out,
        "the daemon did not answer within the time that was given"
    );
}

bool fail_protocol(call_failure& why)
{
    return fail(
        why,
        proto::status::failed,
        proto::error_name::failed,
        "the daemon's answer is not understood; are daemon and client of one version?"
    );
}

bool fail_usage(call_failure& why, std::string message)
{
    return fail(why, proto::status::usage, proto::error_name::invalid_parameter, std::move(message));
}

}  // namespace sgauth::client
