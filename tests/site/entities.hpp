#pragma once
// SPDX-License-Identifier: Apache-2.0
//
// The two entity types that authentication needs, HumanUser and ApiUser, as JSON-RPC `read` finds them.

#include "proto/json.hpp"
#include "proto/json_writer.hpp"
#include "tests/site/model.hpp"

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace sgauth::stand_in {

struct entity {
    std::string_view type;
    std::int64_t id = 0;
    std::map<std::string, std::string, std::less<>> fields;

    // Writes the field's value; false if there is no such field.
    bool write_field(proto::json_writer& out, std::string_view name) const;
};

entity entity_of(const person& who);
entity entity_of(const script& which);

// The whole body of a read's answer (facts/fptr.md A.5). `whoami_as` as in answer_json_rpc.
std::expected<std::string, api_fault> read_entities(
    const site_model& site, const proto::json_value& arguments, std::string_view whoami_as
);

}  // namespace sgauth::stand_in
