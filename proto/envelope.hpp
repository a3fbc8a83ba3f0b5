#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The outer object of a Varlink message. What is inside `parameters` is codec.hpp's business.

#include "proto/json.hpp"

#include <string>
#include <string_view>

namespace sgauth::proto {

// A call as it arrived. Views: valid while the document lives.
struct call_envelope {
    std::string_view interface;  // "io.sgauth.Agent"
    std::string_view method;     // "GetUser"
    json_value parameters;       // an object, or nothing
    bool more = false;
    bool oneway = false;
};

// Reads a call. False if it is none: no object, no `method` with a dot, a member of the wrong type. Unknown
// members of the envelope are ignored; `parameters` left out, null and {} are the same.
[[nodiscard]] bool read_call(json_value message, call_envelope& out);

// A reply as it arrived.
struct reply_envelope {
    std::string_view error;  // qualified; empty for a success
    json_value parameters;
    bool continues = false;
};
[[nodiscard]] bool read_reply(json_value message, reply_envelope& out);

enum class call_mode { once, more, oneway };

// Appends the beginning or the end of a message to `out`; the caller writes the parameters' object in between
// with a json_writer of its own. The end is the closing brace and the NUL.
void begin_call(std::string& out, std::string_view interface, std::string_view method, call_mode mode);
void begin_reply(std::string& out, bool continues);
void begin_error(std::string& out, std::string_view qualified_name);
void end_message(std::string& out);

}  // namespace sgauth::proto
