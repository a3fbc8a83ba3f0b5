#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The interface's types, as they stand inside replies and errors. codec*.cpp alone use it; what is public is
// codec.hpp.

#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "proto/messages.hpp"

#include <vector>

namespace sgauth::proto {

// Optional members that are not there are left out.
void write_type(json_writer& out, const session_info& value);
void write_type(json_writer& out, const credential& value);
void write_type(json_writer& out, const step& value);
void write_type(json_writer& out, const revoked& value);
void write_type(json_writer& out, const site_status& value);
void write_type(json_writer& out, const setting& value);
void write_type(json_writer& out, const audit_entry& value);

// False: something that has to be there is missing or of the wrong type. Unknown members are let be.
[[nodiscard]] bool read_type(json_value value, session_info& out);
[[nodiscard]] bool read_type(json_value value, credential& out);
[[nodiscard]] bool read_type(json_value value, step& out);
[[nodiscard]] bool read_type(json_value value, revoked& out);
[[nodiscard]] bool read_type(json_value value, site_status& out);
[[nodiscard]] bool read_type(json_value value, setting& out);
[[nodiscard]] bool read_type(json_value value, audit_entry& out);

template <class T>
void write_array(json_writer& out, std::string_view name, const std::vector<T>& values)
{
    out.key(name).begin_array();
    for (const T& value : values)
        write_type(out, value);
    out.end_array();
}

inline void write_array(json_writer& out, std::string_view name, const std::vector<std::string>& values)
{
    out.key(name).begin_array();
    for (const std::string& value : values)
        out.string(value);
    out.end_array();
}

template <class T>
[[nodiscard]] bool read_array(json_value value, std::vector<T>& out)
{
    out.clear();
    if (!value.is(json_kind::array))
        return false;
    for (const json_value item : value)
        if (!read_type(item, out.emplace_back()))
            return false;
    return true;
}

// An optional object.
template <class T>
[[nodiscard]] bool read_maybe(json_value value, std::optional<T>& out)
{
    out.reset();
    return value.is_absent_or_null() || read_type(value, out.emplace());
}

}  // namespace sgauth::proto
