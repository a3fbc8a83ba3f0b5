// SPDX-License-Identifier: Apache-2.0
#include "client/cli/pretty.hpp"

#include "proto/json_writer.hpp"

namespace sgauth::cli {

namespace {

void begin_line(std::string& out, unsigned depth)
{
    out += '\n';
    out.append(2 * depth, ' ');
}

// Nesting is bounded by what the reader accepts (proto::max_json_depth).
void write_at(std::string& out, proto::json_value value, unsigned depth)
{
    const bool object = value.is(proto::json_kind::object);
    if ((!object && !value.is(proto::json_kind::array)) || value.size() == 0) {
        proto::json_writer(out).copy(value);
        return;
    }
    char separator = object ? '{' : '[';
    for (const proto::json_value item : value) {
        out += separator;
        separator = ',';
        begin_line(out, depth + 1);
        if (object) {
            proto::json_writer(out).string(item.key());
            out += ": ";
        }
        write_at(out, item, depth + 1);
    }
    begin_line(out, depth);
    out += object ? '}' : ']';
}

}  // namespace

void write_pretty(std::string& out, proto::json_value value)
{
    write_at(out, value, 0);
}

}  // namespace sgauth::cli
